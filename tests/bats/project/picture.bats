# docs/session.svg, the picture in README.md.

load ../lib/common

@test "the picture is what the program says now, and plain SVG" {
	"$REPO/scripts/picture" --check
	python3 - "$REPO/docs/session.svg" <<-'PY'
		import sys
		import xml.etree.ElementTree as tree
		names = {e.tag.rpartition("}")[2] for e in tree.parse(sys.argv[1]).iter()}
		assert names == {"svg", "title", "desc", "style", "rect", "circle", "text"}, names
	PY
}
