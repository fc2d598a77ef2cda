# For Nix: `nix-build packaging/nix` in a clone builds the tree as it is, and
# `nix-env -f packaging/nix -i` installs it.  All libraries are in nixpkgs.
#
# They are shared ones: the front takes 0.7 ms to start where a static one with
# musl takes 0.2 ms.
{
  pkgs ? import <nixpkgs> { },
}:

let
  header = builtins.readFile ../../src/base/core/version.h;
in
pkgs.stdenv.mkDerivation {
  pname = "mairu";
  version = builtins.head (builtins.match ".*MAIRU_VERSION \"([^\"]+)\".*" header);

  # Without what was built here.
  src = builtins.path {
    name = "mairu";
    path = ../..;
    filter = path: _: !builtins.elem (baseNameOf path) [ ".git" "build" "result" ];
  };

  buildInputs = with pkgs; [
    bearssl
    curl
    expat
    jsmn
    libmicrohttpd
    libseccomp
    libsodium
  ];

  makeFlags = [
    "PREFIX=$(out)"
    "FRONT_LIBC=shared"
    "INSTALL_STRIP="
  ];
  enableParallelBuilding = true;

  # Not its tests: they take many minutes, and programs of their own.
  doInstallCheck = true;
  installCheckPhase = ''
    $out/bin/mairu --version | grep -qxF "mairu $version"
    test -x $out/libexec/mairu/mairu-broker
    test -x $out/libexec/mairu/mairu-keeper
  '';

  meta = {
    description = "Puts the AWS role of a project into its shells";
    license = pkgs.lib.licenses.asl20;
    platforms = pkgs.lib.platforms.linux;
    mainProgram = "mairu";
  };
}
