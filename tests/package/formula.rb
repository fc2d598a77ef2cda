# The little of Homebrew that our formula asks for: runs it in a clone, with the
# source of BearSSL stood in for, and then its own test.
#
# Usage: ruby formula.rb FORMULA CLONE BEARSSL PREFIX

require "fileutils"
require "pathname"

FORMULA, CLONE, BEARSSL, PREFIX = ARGV.map { |a| Pathname.new(a) }

class Pathname
  def install(*files)
    mkpath
    FileUtils.cp(files.flatten, to_s)
  end
end

def ENV.cc = "gcc"

class Resource
  attr_reader :address, :digest

  def url(address) = @address = address

  def sha256(digest) = @digest = digest

  def stage(&block) = Dir.chdir(BEARSSL, &block)
end

class Formula
  class << self
    attr_reader :said, :resources, :needed, :check

    def inherited(formula)
      formula.instance_eval do
        @said = {}
        @needed = []
        @resources = {}
      end
    end

    %i[desc homepage license head].each do |word|
      define_method(word) { |value, **_| @said[word] = value }
    end

    def depends_on(what) = @needed << what

    def resource(name, &block)
      (@resources[name] = Resource.new).instance_eval(&block)
    end

    def test(&block) = @check = block
  end

  def resource(name) = self.class.resources.fetch(name)

  def buildpath = CLONE

  def prefix = PREFIX

  def bin = PREFIX/"bin"

  def system(*words) = Kernel.system(*words.map(&:to_s), exception: true)

  def shell_output(command) = `#{command}`.tap { raise command unless $?.success? }

  def assert_match(pattern, text)
    raise "#{text} does not match" unless pattern.match?(text)
  end
end

load FORMULA.to_s
%i[desc homepage license head].each { |w| Mairu.said.fetch(w) }
raise "it does not say Linux" unless Mairu.needed.include?(:linux)
Mairu.resources.each_value do |r|
  raise "no checksum" unless r.digest.match?(/\A\h{64}\z/)
  raise "not over https" unless r.address.start_with?("https://")
end

formula = Mairu.new
Dir.chdir(CLONE) { formula.install }
raise "its caveats name no hook" unless formula.caveats.include?("mairu hook bash")
formula.instance_eval(&Mairu.check)
