#!/bin/sh
# usage: start-container.sh FOLDER NAME NETWORK-NAMESPACE [CONTROL-GROUP…]
#
# Becomes the container of one instance. Runs in a mount namespace of its own: what is mounted here is seen by the
# container alone, and goes with it however it ends. The id stays the same throughout: it is systemd-nspawn's.
set -eu
folder=$1 name=$2 network=$3
shift 3

for group; do
  echo $$ >"$group/cgroup.procs"
done

cd "$folder"
# Names without the folder in front: an overlay's options can hold neither a comma nor a colon of its path.
# `volatile`: no fsync. What it leaves in the way says that a crash of the host may have lost data; the host is up.
rm -rf work/*/incompat
mount -t overlay -o "lowerdir=$(cat layers/order),upperdir=upper,workdir=work,volatile" overlay root

# systemd-nspawn with neither machined nor a unit of systemd around it. Without `read-only` there would be no
# /dev/console, or one that waits for input.
exec systemd-nspawn --quiet --directory=root --machine="$name" --boot \
  --register=no --keep-unit --network-namespace-path="$network" \
  --console=read-only --resolv-conf=off --timezone=off --link-journal=no
