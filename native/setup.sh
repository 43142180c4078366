#!/bin/sh
# Installs what building Ascend4J needs and this machine lacks: a C++ compiler, CMake 3.20, Ninja or Make, GoogleTest,
# Python 3 with pip, a JDK 17, Maven 3.8.6 and, for the test of the server's page, Chromium. Says nothing when all is
# there. Without root and without a password-free sudo it prints the one line to type.
set -eu

# True when the first version is not below the second: at_least 3.25.1 3.20
at_least() {
    [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

first_version() {
    sed -n 's/[^0-9]*\([0-9][0-9]*\(\.[0-9][0-9]*\)*\).*/\1/p' | head -n 1
}

has() {
    command -v "$1" >/dev/null 2>&1
}

has_compiler() {
    has g++ && at_least "$(g++ -dumpfullversion -dumpversion)" 9
}

has_cmake() {
    has cmake && at_least "$(cmake --version | first_version)" 3.20
}

has_builder() {
    has ninja || has make
}

has_googletest() {
    [ -f /usr/src/googletest/CMakeLists.txt ] || [ -f /usr/include/gtest/gtest.h ]
}

has_pip() {
    has python3 && python3 -c 'import sys, importlib.util as u; sys.exit(not (sys.version_info >= (3, 8) and u.find_spec("pip")))'
}

# The JDK that Maven would use: JAVA_HOME, else the javac of the path.
has_jdk() {
    compiler=${JAVA_HOME:+$JAVA_HOME/bin/}javac
    has "$compiler" && at_least "$("$compiler" -version 2>&1 | first_version)" 17
}

has_maven() {
    has mvn && at_least "$(mvn -v 2>/dev/null | sed -n 's/.*Apache Maven //p' | first_version)" 3.8.6
}

# By the names that the page's test looks for.
has_browser() {
    has chromium || has chromium-browser || has google-chrome || has chrome
}

TOOLS="compiler cmake builder googletest pip jdk maven browser"

# Lacking any of these stops the build; without a browser only its own test fails.
needed() {
    for tool in "$@"; do
        [ "$tool" = browser ] || return 0
    done
    return 1
}

describe() {
    case $1 in
        compiler) echo "a C++ compiler (g++ 9 or newer)" ;;
        cmake) echo "CMake 3.20 or newer" ;;
        builder) echo "Ninja or Make" ;;
        googletest) echo "GoogleTest" ;;
        pip) echo "Python 3.8 or newer with pip" ;;
        jdk) echo "a JDK 17 or newer (javac, in JAVA_HOME where that is set)" ;;
        maven) echo "Maven 3.8.6 or newer" ;;
        browser) echo "Chromium or Chrome (for the tests)" ;;
    esac
}

# available MANAGER PACKAGE...: the first that this system offers, else the first of all, for the message
available() {
    by=$1
    shift
    for candidate in "$@"; do
        case $by in
            apt-get) apt-cache show "$candidate" ;;
            zypper) zypper --non-interactive info "$candidate" | grep -q '^Version' ;;
            *) "$by" -q list "$candidate" ;;
        esac >/dev/null 2>&1 && { echo "$candidate"; return; }
    done
    echo "$1"
}

# package MANAGER TOOL: the packages that bring the tool
package() {
    case $1:$2 in
        apt-get:compiler | zypper:compiler) echo g++ ;;
        *:compiler) echo gcc-c++ ;;
        *:cmake) echo cmake ;;
        *:builder) echo make ;;
        apt-get:googletest) echo libgtest-dev ;;
        zypper:googletest) echo gtest ;;
        *:googletest) echo gtest-devel ;;
        apt-get:pip) echo python3 python3-pip python3-venv ;;
        *:pip) echo python3 python3-pip ;;
        apt-get:jdk) available apt-get openjdk-17-jdk-headless openjdk-21-jdk-headless openjdk-25-jdk-headless ;;
        *:jdk) available "$1" java-17-openjdk-devel java-21-openjdk-devel java-25-openjdk-devel ;;
        *:maven) echo maven ;;
        *:browser) available "$1" chromium chromium-browser ;;
    esac
}

missing() {
    for tool in $TOOLS; do
        "has_$tool" || printf '%s ' "$tool"
    done
}

lacking=$(missing)
[ -n "$lacking" ] || exit 0

for manager in apt-get dnf yum zypper none; do
    ! has "$manager" || break
done
if [ "$manager" = none ]; then
    echo "setup: no package manager known here (apt-get, dnf, yum, zypper). Install by hand:" >&2
    for tool in $lacking; do
        echo "setup:   $(describe "$tool")" >&2
    done
    exit 1
fi

as_root=sudo
may_install=no
if [ "$(id -u)" -eq 0 ]; then
    as_root=
    may_install=yes
elif has sudo && sudo -n true 2>/dev/null; then
    may_install=yes
fi
if [ "$manager:$may_install" = apt-get:yes ]; then
    # A fresh system has no package lists, and without them none of the packages is known.
    $as_root apt-get update -qq >&2 || echo "setup: apt-get update failed; going on with the lists at hand" >&2
fi

packages=
for tool in $lacking; do
    packages="$packages $(package "$manager" "$tool")"
done
case $manager in
    apt-get) install="apt-get install -y --no-install-recommends$packages" ;;
    zypper) install="zypper --non-interactive install$packages" ;;
    *) install="$manager install -y$packages" ;;
esac
if [ "$may_install" = no ]; then
    if needed $lacking; then
        echo "setup: not root and no password-free sudo. Type this, then start again:" >&2
        echo "  sudo $install" >&2
        exit 1
    fi
    echo "setup: the tests need Chromium or Chrome: sudo $install" >&2
    exit 0
fi

echo "setup: ${as_root:+sudo }$install" >&2
$as_root env DEBIAN_FRONTEND=noninteractive $install >&2 || echo "setup: the package manager reported an error" >&2

lacking=$(missing)
for tool in $lacking; do
    echo "setup: still missing: $(describe "$tool"). The packages of this system do not bring it; install it by hand." >&2
done
! needed $lacking
