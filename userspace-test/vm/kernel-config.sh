# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034 # the variables are for ./kernel
# The configuration of a kernel built from source; sourced by ./kernel.

# The fragments that kernel NAME's configuration consists of: of two lines for one option, the later
# counts.
fragments() {
	echo "$VM_DIR/debug.config"
	[ ! -e "$VM_DIR/$1.config" ] || echo "$VM_DIR/$1.config"
}

# config_lines NAME: the lines that count.
config_lines() {
	# shellcheck disable=SC2046 # one word per fragment
	awk '
	/^CONFIG_|^# CONFIG_.* is not set$/ {
		option = /^#/ ? $2 : $1
		sub(/=.*/, "", option)
		if (!(option in line)) order[n++] = option
		line[option] = $0
	}
	END { for (i = 0; i < n; i++) print line[order[i]] }' $(fragments "$1")
}

# config_broken NAME FILE: the lines that have not held in FILE.
config_broken() {
	local line option

	config_lines "$1" | while read -r line; do
		option=${line#\# }
		case $line in
		# An option that this source does not have is not set, either.
		*' is not set') ! grep -q "^${option%% *}=" "$2" || echo "$line" ;;
		*) grep -qxF -- "$line" "$2" || echo "$line" ;;
		esac
	done | paste -sd ,
}

# configure_source NAME BUILD: tinyconfig and the fragments; every line must have held.
configure_source() {
	local wrong

	{
		make -s -C "$SOURCE" O="$2" tinyconfig
		config_lines "$1" >"$2/fragment.config"
		"$SOURCE/scripts/kconfig/merge_config.sh" -m -O "$2" "$2/.config" "$2/fragment.config"
		make -s -C "$SOURCE" O="$2" olddefconfig
	} >"$2/config.log" 2>&1
	wrong=$(config_broken "$1" "$2/.config")
	[ -z "$wrong" ] || die "the configuration of $1 asks for what this source does not give: $wrong"
}
