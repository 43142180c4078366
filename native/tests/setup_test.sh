#!/bin/sh
# Tests setup.sh on made-up machines: a directory of programs is the whole PATH.
set -eu
setup=$(cd "$(dirname "$0")/.." && pwd)/setup.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# machine NAME: a PATH of ordinary small programs only
machine() {
    bin=$work/$1
    mkdir -p "$bin"
    for program in sh env sort head sed printf dirname basename readlink cat mkdir touch rm chmod; do
        ln -sf "$(command -v "$program")" "$bin/$program"
    done
    fake id 'echo 1000'
}

fake() {
    printf '#!/bin/sh\n%s\n' "$2" >"$bin/$1"
    chmod +x "$bin/$1"
}

complete() {
    fake g++ 'echo 12.2.0'
    fake cmake 'echo "cmake version 3.25.1"'
    fake ninja :
    fake python3 :
    fake javac 'echo "javac 17.0.15"'
    fake mvn 'echo "Apache Maven 3.9.9 (abc)"'
    fake chromium :
}

run() {
    code=0
    out=$(env -i PATH="$bin" sh "$setup" 2>&1) || code=$?
}

# expect NAME CODE [TEXT...]: the last run's exit code and texts in its output
expect() {
    name=$1
    wanted=$2
    shift 2
    [ "$code" = "$wanted" ] || fail "exit code $code, expected $wanted"
    for text in "$@"; do
        case $out in
            *"$text"*) ;;
            *) fail "no '$text' in the output" ;;
        esac
    done
}

fail() {
    failed=1
    printf '%s: %s\n--- output\n%s\n---\n' "$name" "$1" "$out" >&2
}

machine whole
complete
run
if [ -f /usr/src/googletest/CMakeLists.txt ] || [ -f /usr/include/gtest/gtest.h ]; then
    expect "silent when all is there" 0
    [ -z "$out" ] || fail "output where none belongs"
fi

machine bare
run
expect "no package manager: names every tool" 1 "C++ compiler" "CMake 3.20" "Python 3.8" "JDK 17" "Maven 3.8.6" "Chromium"

machine user
complete
rm "$bin/cmake"
fake apt-get 'echo must not run; exit 9'
run
expect "no root: prints the one line" 1 "sudo apt-get install -y" " cmake"
case $out in *"must not run"*) fail "the package manager ran without root" ;; esac

machine asks
complete
fake javac 'echo "javac 11.0.2"'
fake dnf :
fake sudo 'exit 1'
run
expect "sudo wants a password: prints the one line" 1 "sudo dnf install -y java-17-openjdk-devel"

machine newer
complete
rm "$bin/javac"
fake apt-get :
fake apt-cache '[ "$2" = openjdk-21-jdk-headless ]'
run
expect "a system without JDK 17 offers a newer one" 1 "sudo apt-get install -y --no-install-recommends openjdk-21-jdk-headless"

machine sudoer
complete
rm "$bin/cmake"
fake apt-get 'case $1 in install) printf "#!/bin/sh\necho cmake version 3.30.0\n" >"${0%/*}/cmake"; chmod +x "${0%/*}/cmake" ;; esac'
fake sudo 'if [ "$1" = -n ]; then exit 0; fi; exec "$@"'
run
expect "password-free sudo: installs" 0 "sudo apt-get install -y --no-install-recommends cmake"
run
expect "a second run has nothing to do" 0
[ -z "$out" ] || fail "output where none belongs"

machine root
complete
fake id 'echo 0'
fake cmake 'echo "cmake version 3.16.3"'
fake zypper :
run
expect "too old and the packages are no newer: says what is still missing" 1 \
    "zypper --non-interactive install cmake" "still missing: CMake 3.20 or newer"

machine blind
complete
rm "$bin/chromium"
fake apt-get :
fake apt-cache '[ "$2" = chromium ]'
run
expect "without a browser the build goes on and says what its test needs" 0 "sudo apt-get install -y --no-install-recommends chromium"

machine old
complete
fake mvn 'echo "Apache Maven 3.6.3"'
fake yum :
run
expect "an old Maven is missing, too" 1 "sudo yum install -y maven"

exit "$failed"
