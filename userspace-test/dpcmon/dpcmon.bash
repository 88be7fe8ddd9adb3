# SPDX-License-Identifier: GPL-2.0-only
# bash completion of dpcmon                               -*- shell-script -*-

# begin generated: completion
# The options of a command, or the commands.
_dpcmon_options()
{
	case $1 in
	run)
		echo "--help --version --device --interrupts --pace --factorials --dma --duration --wait" \
		"--model --body --budget --allow-over --warmup --stop-on-overrun --buffer --trace --json" \
		"--html --note --quiet" ;;
	record)
		echo "--help --version --output --duration --sched-switch --budget --allow-over --warmup" \
		"--stop-on-overrun --buffer --json --html --note --quiet" ;;
	report)
		echo "--help --version --budget --allow-over --warmup --json --html --perfetto --note --quiet" ;;
	stat)
		echo "--help --version --device --cpu --json --openmetrics --interval --count --reset --check" ;;
	compare)
		echo "--help --version --device --models --load --rt-priority --rounds --seed --interrupts" \
		"--pace --wait --body --budget --json --html --note --quiet" ;;
	top)
		echo "--help --version --device --interval --system --for --batch --count --once --budget" \
		"--buffer" ;;
	check)
		echo "--help --version --system --for --device --trace --interrupts --pace --factorials" \
		"--dma --duration --wait --model --body --budget --allow-over --warmup --buffer --junit" \
		"--kcidb --kcidb-origin --kcidb-build --json --html --note" ;;
	list)
		echo "--help --version --device --json" ;;
	bind)
		echo "--help --version --recipe --kind --vectors --yes" ;;
	unbind)
		echo "--help --version" ;;
	system)
		echo "--help --version --duration --trace --output --for --budget --buffer --json --html" \
		"--openmetrics --perfetto --note --quiet" ;;
	diff)
		echo "--help --version --worse --least --pair --json --html --quiet" ;;
	*)
		echo "run record report stat compare top check list bind unbind system diff --help --version" ;;
	esac
}

# COMMAND OPTION: what its argument is, and the names that it can have.
_dpcmon_argument()
{
	case "$1 $2" in
	*" --recipe")
		echo "file" ;;
	*" --kind")
		echo "name any msix msi line" ;;
	*" --vectors")
		echo "nothing" ;;
	*" --output" | *" -o")
		echo "file" ;;
	*" --duration")
		echo "nothing" ;;
	*" --trace")
		echo "file" ;;
	*" --for")
		echo "name windows audio realtime" ;;
	*" --budget")
		echo "assign isr= isr_to_dpc= dpc= dpc_to_work= work= complete=" ;;
	*" --worse")
		echo "nothing" ;;
	*" --least")
		echo "nothing" ;;
	*" --pair")
		echo "nothing" ;;
	*" --device" | *" -d")
		echo "device" ;;
	*" --models")
		echo "list all dpc threaded tasklet bh_wq irq_poll wq wq_unbound kthread hardirq" ;;
	*" --load")
		echo "list all none hog softirq storm rt" ;;
	*" --rt-priority")
		echo "nothing" ;;
	*" --rounds")
		echo "nothing" ;;
	*" --seed")
		echo "nothing" ;;
	*" --interrupts")
		echo "nothing" ;;
	*" --pace")
		echo "nothing" ;;
	*" --wait")
		echo "nothing" ;;
	*" --factorials")
		echo "nothing" ;;
	*" --dma")
		echo "nothing" ;;
	*" --cpu")
		echo "name all each" ;;
	*" --openmetrics")
		echo "file" ;;
	*" --interval")
		echo "nothing" ;;
	*" --count")
		echo "nothing" ;;
	*" --model")
		echo "name dpc threaded tasklet bh_wq irq_poll wq wq_unbound kthread hardirq" ;;
	*" --body")
		echo "assign dpc= work=" ;;
	*" --allow-over")
		echo "assign isr= isr_to_dpc= dpc= dpc_to_work= work= complete=" ;;
	*" --warmup")
		echo "nothing" ;;
	*" --buffer")
		echo "nothing" ;;
	*" --junit")
		echo "file" ;;
	*" --kcidb")
		echo "file" ;;
	*" --kcidb-origin")
		echo "nothing" ;;
	*" --kcidb-build")
		echo "nothing" ;;
	"run --json" | "record --json" | "report --json" | "compare --json" | "check --json" | "system --json" | "diff --json")
		echo "file" ;;
	*" --html")
		echo "file" ;;
	*" --perfetto")
		echo "file" ;;
	*" --note")
		echo "nothing" ;;
	esac
}
# end generated

# What --device takes: names and addresses of what is there, or nodes.
_dpcmon_devices()
{
	local folder

	echo all
	for folder in /sys/class/dpc/*; do
		[[ ! -r $folder/name ]] || cat "$folder/name"
		[[ ! -r $folder/device_name ]] || cat "$folder/device_name"
	done
	compgen -G "/dev/dpc_edu*"
	compgen -G "/dev/dpc_pci*"
}

# Addresses of PCI cards: all, or those that dpc_pci has.
_dpcmon_cards()
{
	local folder=/sys/bus/pci/devices

	[[ $1 != unbind ]] || folder=/sys/bus/pci/drivers/dpc_pci
	compgen -G "$folder/*:*" | sed 's|.*/||'
}

_dpcmon_files()
{
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

_dpcmon()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local command="" kind="" words="" i

	((COMP_CWORD > 1)) && command=${COMP_WORDS[1]}

	# after -- comes a command with words of its own
	for ((i = 2; i < COMP_CWORD; i++)); do
		if [[ $command =~ ^(record|check)$ && ${COMP_WORDS[i]} == -- ]]; then
			_dpcmon_files "$cur"
			return
		fi
	done

	read -r kind words < <(_dpcmon_argument "$command" "$prev")
	case $kind in
	nothing)
		return
		;;
	device)
		mapfile -t COMPREPLY < <(compgen -W "$(_dpcmon_devices)" -- "$cur")
		return
		;;
	file)
		_dpcmon_files "$cur"
		return
		;;
	assign)
		compopt -o nospace 2>/dev/null
		;;
	list)
		# the names that are left, after those that stand there already
		[[ $cur != *,* ]] || words=$(for i in $words; do echo "${cur%,*},$i"; done)
		;;
	esac

	if [[ -z $words && $command =~ ^(bind|unbind)$ && $cur != -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_dpcmon_cards "$command")" -- "$cur")
		return
	fi
	if [[ -z $words && $command == report && $cur != -* ]]; then
		_dpcmon_files "$cur"
		return
	fi
	mapfile -t COMPREPLY < <(compgen -W "${words:-$(_dpcmon_options "$command")}" -- "$cur")
}

complete -F _dpcmon dpcmon
