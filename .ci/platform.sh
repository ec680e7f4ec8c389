# SPDX-License-Identifier: GPL-3.0-or-later
# Where Acini is built and run: here, when this system has what it needs, else in a Debian 13 root in the user's cache
# folder.  Sourced by ./run and ./test, which set $top.
#
#   platform_prepare run|test   finds or makes the place; afterwards $platform_root is the root's folder, or empty: here
#   platform_run COMMAND …      runs a command there, in the current folder

say () { printf 'acini: %s\n' "$*" >&2; }
die () { say "$*"; exit 1; }

as_root () {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "Installing packages needs root: run “su -c '$0'” once, or install sudo."
  fi
}

# Errors alone are shown: apt's talk would hide what this does.
apt_install () {
  local log
  log=$(mktemp)
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >"$log" 2>&1 ||
    { tail -n 5 "$log" >&2; rm -f "$log"; die "Installing packages failed: see above."; }
  rm -f "$log"
}

# The packages for run or test, on one line.
platform_packages () {
  sed -e 's/#.*//' "$top/.ci/packages" | if [ "$1" = test ]; then sed 's/ test$//'; else grep -v ' test$'; fi | tr '\n' ' '
}

platform_has_libraries () {
  command -v pkg-config >/dev/null && command -v meson >/dev/null && command -v ninja >/dev/null &&
    command -v g++ >/dev/null &&
    pkg-config --exists 'gtk4 >= 4.18' 'libadwaita-1 >= 1.7' 'openslide >= 3.4.1' vips sqlite3 libzstd json-glib-1.0 &&
    { [ -e /usr/include/torch/csrc/api/include/torch/torch.h ] || [ -n "${ACINI_LIBTORCH-}" ]; }
}

platform_install_here () {
  local missing
  # shellcheck disable=SC2046
  missing=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $(platform_packages "$1") 2>/dev/null |
    awk -v wanted="$(platform_packages "$1")" '$2 == "installed" { have[$1] = 1 }
      END { n = split (wanted, w); for (i = 1; i <= n; i++) if (!(w[i] in have)) printf "%s ", w[i] }')
  [ -n "$missing" ] || return 0
  say "Installing what is missing: $missing"
  as_root apt-get update -qq
  apt_install $missing
}

# What the root was made with; when it differs from what is wanted, packages are installed again.
platform_stamp () { platform_packages "$1"; echo "${LANG-}"; }

platform_make_root () {
  local root=$1 what=$2 partial=$1.partial packages
  packages=$(platform_packages "$what")
  if ! command -v debootstrap >/dev/null; then
    command -v apt-get >/dev/null || die "This system lacks GTK 4.18, libadwaita 1.7, OpenSlide, libvips or libtorch, and has no apt-get to make a Debian 13 root with: install their development packages."
    say "Installing debootstrap"
    as_root apt-get update -qq
    apt_install debootstrap
  fi
  if [ ! -d "$root" ]; then
    say "Making a Debian 13 root in $root (once; about two minutes and 3 GB)"
    as_root rm -rf "$partial"
    mkdir -p "$(dirname "$root")"
    as_root debootstrap --variant=minbase trixie "$partial" >"$root.log" 2>&1 || { tail -n 3 "$root.log" >&2; die "debootstrap failed; its log is $root.log."; }
    # The root can be made again: no waiting for the disk after each package, and nothing that nobody reads there.
    printf '%s\n' force-unsafe-io 'path-exclude=/usr/share/doc/*' 'path-exclude=/usr/share/man/*' \
      'path-exclude=/usr/share/info/*' | as_root tee "$partial/etc/dpkg/dpkg.cfg.d/acini" >/dev/null
    as_root mv "$partial" "$root"
  fi
  say "Installing packages into $root"
  as_root cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
  # shellcheck disable=SC2016
  as_root env ACINI_INSTALLING=1 unshare --mount "$top/.ci/enter-root" "$root" / sh -ec '
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends '"$packages"'
    case "${LANG-}" in *.UTF-8 | *.utf8) l=${LANG%%.*}; [ "$l" = C ] || localedef -i "$l" -f UTF-8 "$l.UTF-8" || true ;; esac' >>"$root.log" 2>&1 ||
    { tail -n 5 "$root.log" >&2; die "Installing packages failed; the log is $root.log."; }
  platform_stamp "$what" | as_root tee "$root/.acini-$what" >/dev/null
  # What ./test needs contains what ./run needs.
  [ "$what" = run ] || platform_stamp run | as_root tee "$root/.acini-run" >/dev/null
}

platform_prepare () {
  local what=$1 id version
  platform_root=
  id=$(. /etc/os-release 2>/dev/null && echo "${ID-}")
  version=$(. /etc/os-release 2>/dev/null && echo "${VERSION_ID:-999}")
  if [ "$id" = debian ] && [ "${version%%.*}" -ge 13 ] && [ -z "${ACINI_LIBTORCH-}" ]; then
    platform_install_here "$what"
    return
  fi
  if platform_has_libraries; then return; fi
  platform_root=${XDG_CACHE_HOME:-$HOME/.cache}/acini/debian-13
  if [ "$(cat "$platform_root/.acini-$what" 2>/dev/null)" != "$(platform_stamp "$what")" ]; then
    mkdir -p "$(dirname "$platform_root")"
    exec 9>"$platform_root.lock"
    flock 9 # two first starts at once: the second waits
    [ "$(cat "$platform_root/.acini-$what" 2>/dev/null)" = "$(platform_stamp "$what")" ] || platform_make_root "$platform_root" "$what"
    exec 9>&-
  fi
}

platform_run () {
  if [ -z "$platform_root" ]; then "$@"
  elif [ "$(id -u)" = 0 ]; then
    unshare --mount "$top/.ci/enter-root" "$platform_root" "$PWD" "$@"
  else
    # No password at each start: a user namespace may mount and chroot, and a second one inside gives back the user's own id.
    unshare --user --map-root-user --mount "$top/.ci/enter-root" "$platform_root" "$PWD" \
      unshare --user --map-user="$(id -u)" --map-group="$(id -g)" "$@"
  fi
}

# Sets up build/$1 with the remaining arguments for meson setup; prints the log only when it fails.
platform_configure () {
  local folder=$top/build/$1 log=$top/build/$1.log
  shift
  mkdir -p "$top/build"
  [ ! -e "$folder/build.ninja" ] || return 0
  rm -rf "$folder"
  platform_run meson setup "$folder" "$top" "$@" >"$log" 2>&1 || { tail -n 40 "$log" >&2; die "meson setup failed; the log is $log."; }
}

# The same, and builds it ($platform_targets alone where that is set).
platform_build () {
  local folder=$top/build/$1 log=$top/build/$1.log
  platform_configure "$@"
  # shellcheck disable=SC2086
  platform_run ninja -C "$folder" ${platform_targets-} >"$log" 2>&1 || { grep -v '^\[' "$log" | tail -n 60 >&2; die "The build failed; the log is $log."; }
}
