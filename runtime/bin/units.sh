# shellcheck shell=bash disable=SC2154
# Puts a release's units where systemd looks. Sourced by serve.sh and, so that an image has them already, by install.
: "${SYSTEMD:=$ROOT/etc/systemd}"

# install_units RELEASE-FOLDER: the folders in its systemd/ are those of /etc/systemd.
install_units() {
  local file denied=$SYSTEMD/system/koa@.service.d/outbound-denied.conf
  changed=
  while read -r file; do
    install_file "$1/systemd/$file" "$SYSTEMD/$file"
  done < <(cd "$1/systemd" && find . -mindepth 2 -type f -printf '%P\n')
  if [[ $OUTBOUND == denied ]]; then
    install_file "$1/systemd/outbound-denied.conf" "$denied"
  elif [[ -e $denied ]]; then
    rm "$denied"
    changed=yes
  fi
  [[ -z $changed ]] || systemctl daemon-reload
}

install_file() {
  ! cmp -s "$1" "$2" || return 0
  mkdir -p "${2%/*}"
  cp "$1" "$2.new"
  mv "$2.new" "$2"
  changed=yes
}
