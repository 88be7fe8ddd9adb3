# SPDX-License-Identifier: GPL-2.0
# bash completion of dpcmon                               -*- shell-script -*-

_dpcmon_options()
{
	local report="--budget --json --html --note --quiet --help --version"
	local tracing="--stop-on-overrun --buffer"

	case $1 in
	run)	echo "--device --interrupts --pace --factorials --dma --duration" \
		     "--model --body --trace $tracing $report" ;;
	record)	echo "--output --duration --sched-switch $tracing $report" ;;
	report)	echo "$report" ;;
	stat)	echo "--device --cpu --json --interval --count --reset --check --help --version" ;;
	compare) echo "--device --models --load --rounds --seed --rt-priority --interrupts" \
		     "--pace --body $report" ;;
	top)	echo "--device --interval --batch --count --once --help --version" ;;
	check)	echo "--trace --device --interrupts --pace --factorials --dma --duration --model" \
		     "--body --buffer --budget --json --html --note --kcidb --kcidb-origin" \
		     "--kcidb-build --help --version" ;;
	*)	echo "run record report stat compare top check --help --version" ;;
	esac
}

_dpcmon_files()
{
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

_dpcmon()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local command="" words="" i

	((COMP_CWORD > 1)) && command=${COMP_WORDS[1]}

	# after -- comes a command with words of its own
	for ((i = 2; i < COMP_CWORD; i++)); do
		if [[ $command =~ ^(record|check)$ && ${COMP_WORDS[i]} == -- ]]; then
			_dpcmon_files "$cur"
			return
		fi
	done

	case $prev in
	-d | --device)
		mapfile -t COMPREPLY < <(compgen -G "${cur:-/dev/dpc_edu}*")
		return
		;;
	-o | --output | --trace | --html | --kcidb)
		_dpcmon_files "$cur"
		return
		;;
	--json)
		if [[ $command != stat ]]; then
			_dpcmon_files "$cur"
			return
		fi
		;;
	--model)	words="dpc threaded tasklet bh_wq irq_poll wq wq_unbound kthread hardirq" ;;
	--cpu)		words="all each" ;;
	--models | --load)
		# the names that are left, after those that stand there already
		words="all none hog softirq storm rt"
		[[ $prev == --load ]] ||
			words="all dpc threaded tasklet bh_wq irq_poll wq wq_unbound kthread hardirq"
		[[ $cur != *,* ]] || words=$(for i in $words; do echo "${cur%,*},$i"; done)
		;;
	--body)		words="dpc= work="; compopt -o nospace 2>/dev/null ;;
	--budget)	words="isr= isr_to_dpc= dpc= dpc_to_work= work= complete="
			compopt -o nospace 2>/dev/null ;;
	--interrupts | --pace | --factorials | --dma | --duration | --interval | \
	--count | --buffer | --note | --rounds | --seed | --rt-priority | --kcidb-origin | \
	--kcidb-build)
		return
		;;
	esac

	if [[ -z $words && $command == report && $cur != -* ]]; then
		_dpcmon_files "$cur"
		return
	fi
	mapfile -t COMPREPLY < <(compgen -W "${words:-$(_dpcmon_options "$command")}" -- "$cur")
}

complete -F _dpcmon dpcmon
