# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2317 # variables and functions are for the tests
# What the tests of dpcmon diff share, beside lib.sh: the tool, files that differ, and texts of Windows' tools.

# diff WANTED-STATUS OPTION...: with the checkers; sets text.
diff() {
	local want=$1 status=0

	shift
	text=$(ASAN_OPTIONS=exitcode=99 "$bin/asan/dpcmon" diff "$@" 2>&1) || status=$?
	[ "$status" -eq "$want" ] && ! grep -qE 'Sanitizer|runtime error' <<<"$text" && return
	note "diff $*: status $status, wanted $want"
	note "$text"
	return 1
}

tells() { grep -qF -- "$1" <<<"$text" || { note "not said: $1"; note "$text"; return 1; }; }

# changed CODE: $tmp/b.json, a copy of $tmp/a.json in which that was done to "d"; rows("kind") are its rows.
changed() {
	python3 - "$tmp/a.json" "$tmp/b.json" <<-END
	import json, sys
	d = json.load(open(sys.argv[1]))
	def rows(kind): return [r for v in d["drivers"] for r in v["rows"] if r["kind"] == kind]
	def times(r, by):
	    for k in r: r[k] = int(r[k] * by) if k.endswith("_ns") and r[k] else r[k]
	$1
	json.dump(d, open(sys.argv[2], "w"))
	END
}

xperf() {
	cat <<-END
	DPC Info
	CPU Usage from 0 us to 10000000 us:
	Total = 100 for module nic.sys
	Elapsed Time, >        2 usecs AND <=        4 usecs,     60, or  60.00%
	Elapsed Time, >      128 usecs AND <=      256 usecs,     40, or  40.00%
	Total,                                                   100
	END
}

# tracelog LOWER UPPER COUNT...: a DPC of nic.sys with these buckets, in us.
tracelog() {
	printf '| Distribution of nic.sys (F7AA7449) DPC execution times for the whole trace |\n'
	printf '| %s %s %s 10.00%% |\n' "$@"
}

# makes_files: a recording, and JSON of it.
makes_files() {
	"$bin/trace_gen" "$tmp/system" 16000 2 system >/dev/null
	"$bin/trace_gen" "$tmp/library" 20000 2 >/dev/null
	"$bin/dpcmon" system --trace "$tmp/system" -q --json "$tmp/a.json"
	"$bin/dpcmon" report "$tmp/library" -q --json "$tmp/report.json"
}
