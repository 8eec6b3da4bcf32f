### The words of reports in English. Every message here has its counterpart in zh.ftl; a test compares them.

## Head of a boot

boot = boot of { $first }, watched for { $seconds }
boot-undated = boot without a date
boot-until = boot of { $first }
no-host = host not named
nothing = nothing about InfiniBand in here
nothing-hint = read { $entries ->
        [one] one line
       *[other] { $entries } lines
    } in all; a boot's whole journal would do: journalctl -b -o short-precise

## Outcomes

outcome-up = up
outcome-raised-late = raised late
outcome-raised-late-by = raised late, by { $delay }
outcome-unusable = unusable
outcome-unusable-said = unusable: it is up, and has no address or nothing gets through
outcome-down = down
outcome-missing = missing
outcome-missing-said = missing: it never came to exist
outcome-unknown = cannot tell
no-interface = (no interface)
at-function = at { $pci }
no-cause-bad = the log does not show why

## Roles and confidence

role-cause = error
role-consequence = consequence
role-note = note
confidence = confidence
confidence-certain = certain
confidence-likely = likely
confidence-possible = possible

shown-above = shown by what is quoted above: { $lines }

## Headings

stages = Stages
check = Check
remedy = Repair
more = For more: ibup explain { $code }

## What the log does not show

blind-filtered = the log looks filtered: only lines on InfiniBand are in it, so that a line is missing proves little; read the whole journal, or run the checks
blind-kernel-only = only the kernel's lines are in the log: what services said is not here
blind-begins-late = the beginning of the boot is not in the log
blind-front-cut = whoever collected the log cut its front off: a report keeps the newest part of a long one (sos report --journal-size)
blind-lines-lost = the journal dropped lines when they came too fast
blind-lines-cut = some lines were too long to be read whole
blind-rest-unread = a source could not be read to its end
blind-no-clock = no line tells the time, so delays are not known

## Stages

stage-pci = pci
stage-driver = driver
stage-stack = stack
stage-netdev = netdev
stage-hand-off = hand-off
stage-network = network
stage-link = link
stage-address = address

state-reached = reached
state-failed = failed
state-skipped = skipped
state-not-seen = not seen
stack-implied = loaded by then; the log does not say by whom
implied = must have been by then
same-cause = the same cause as { $interface }: { $code }, { $title }
summary = { $count } interfaces: { $outcomes }
would-tell = What would tell

## What lines mean

event-boot-began = the kernel starts
event-boot-finished = the boot is over
event-boot-ended = the machine shuts down
event-clock-set = somebody sets the clock
event-netdev-failed = ib_ipoib fails to make the netdev
event-lowered = somebody takes { $interface } down
event-lines-lost = the journal lost lines
event-function-found = the kernel finds the function on the PCI bus
event-function-set-up = the kernel gives the function its resources
event-bridge-found = the kernel finds what lies behind a bridge
event-driver-bound = the driver takes up the function
event-driver-ready = the driver has the function at work
event-driver-failed = the driver gives the function up
event-device-registered = the RDMA device exists
event-stack-started = the service that loads the driver stack starts
event-stack-spoke = the service that loads the driver stack is at work
event-stack-done = the driver stack is loaded, says the service
event-stack-failed = the service that loads the driver stack fails
event-module-requested = somebody asks for the module
event-module-loaded = { $module } is loaded; the line does not say by whom
event-module-loaded-by = { $module } loaded by { $by }
event-module-loaded-earlier = { $module } was loaded before the trace began
loader-of = { $process } of { $unit }
loader-of-session = { $process } of somebody's session ({ $unit })
loader-for = { $process }, which the kernel ran for { $asker }
loader-started-by = { $process }, started by { $parent }
event-netdev-created = the driver makes the netdev
event-netdev-seen = { $interface } exists
event-netdev-renamed = { $interface } gets this name
event-hand-off-deferred = the interface manager leaves raising { $interface } to the network service
event-manager-spoke = the interface manager is at work
event-network-started = the network service starts
event-network-spoke = the network service is at work
event-network-done = the network service is done
event-network-failed = the network service fails
event-raise-found-nothing = the network service wants { $interface }, which does not exist yet
event-raise-began = somebody begins to raise { $interface }
event-online-wait-failed = the boot waits for the network in vain
event-raise-failed = raising { $interface } fails
event-raised = { $interface } is raised
event-cable-plugged = a cable is in the port
event-cable-unplugged = there is no cable in the port
event-cable-failed = the cable in the port cannot be used
event-port-polling = the port looks for a partner
event-port-disabled = the port is switched off
event-port-training = the port and its partner try to agree
event-port-link-up = the port has its physical link
event-port-offline = the port does not look for a partner
event-port-down = the port has no physical link
event-port-init = the port waits for a subnet manager
event-port-armed = the subnet manager is setting the port up
event-port-active = the port is active
event-carrier-gained = { $interface } has carrier
event-carrier-awaited = { $interface } waits for carrier
event-carrier-missing = whoever raises { $interface } gives up waiting for carrier
event-found-down = somebody who needs { $interface } found it down
event-netdev-rename-failed = { $interface } should get another name, and keeps this one
event-manager-failed = the interface manager's unit for { $interface } fails
event-master-failed = the bond or bridge over { $interface } fails
event-carrier-lost = { $interface } has lost carrier
event-ethernet-link-up = the Ethernet link of { $interface } is up
event-ethernet-link-down = the Ethernet link of { $interface } is down
event-subnet-manager-started = the subnet manager of this machine starts
event-subnet-manager-spoke = the subnet manager of this machine speaks
event-subnet-manager-at-work = the subnet manager of this machine is at work
event-subnet-manager-failed = the subnet manager of this machine fails
event-device-shown = a tool tells of the RDMA device
event-address-requested = somebody asks for an address for { $interface }
event-address-assigned = { $interface } has an address
event-sign = this line shows it
event-stack-enabled = systemd starts openibd at boot, as its units stand now
event-stack-disabled = systemd does not start openibd at boot
event-stack-masked = systemd may not start openibd
event-ipoib-left-out = openibd is told not to load ib_ipoib
event-configured-up = { $interface } is configured to be raised at boot
event-configured-down = { $interface } is configured not to be raised at boot
event-rule-matched = this line shows it
event-not-understood = nobody knows what this line means

## Spans of time

days = { $n ->
        [one] 1 day
       *[other] { $n } days
    }
hours = { $n ->
        [one] 1 hour
       *[other] { $n } hours
    }
minutes = { $n ->
        [one] 1 minute
       *[other] { $n } minutes
    }
seconds = { $n ->
        [one] 1 second
       *[other] { $n } seconds
    }

## A boot beside a healthy one

beside = Beside { $host }: { $boot } ({ $sources })
beside-unwell = that boot is not healthy itself: what differs from it need not be what is wrong
beside-blind = of the log it is compared with: { $spot }
beside-pair = { $here }; there { $there }
beside-only-here = { $port }; there is no such port there
beside-missing = there { $port }; there is no such port here
beside-alike = Nothing differs that matters.
beside-unlisted = { $lines ->
        [one] One more line of the driver that no diagnosis knows is in only one of the logs.
       *[other] { $lines } more lines of the driver that no diagnosis knows are in only one of the logs.
    }
beside-step = step
beside-healthy = there
beside-here = here
beside-differs = what differs
step-stack-loaded = ib_ipoib is loaded
step-netdev = { $interface } exists
step-network-looked = the network service first looks for { $interface }
step-module-requested = somebody asks for { $detail }
step-module-loaded = { $detail } is loaded, says the trace
step-not-understood = the driver says "{ $detail }"
difference-missing = missing here
difference-only-here = only here
difference-only-after = here only after this: { $other }
difference-longer = took { $here } here and { $there } there, since this: { $since }

## A fleet

fleet-nodes = { $nodes ->
        [one] one node
       *[other] { $nodes } nodes
    }
fleet-good = { $nodes } well
fleet-bad = { $nodes } with trouble
fleet-unknown = { $nodes } that cannot be told
fleet-counts = { $all }: { $parts }
fleet-and = {", "}
fleet-named = { $count }: { $names }
fleet-particulars = interfaces: { $outcomes }; the cause is { $confidence }
fleet-confidence = the cause is { $confidence }
fleet-share = { $with } of { $of }
fleet-common = in common: { $factor } { $value } ({ $sick }; of the others { $others }; by chance { $chance })
fleet-unexplained = Something is wrong, and the log does not show why
fleet-cannot-tell = Nothing can be told
fleet-outliers = Unlike nearly all others
fleet-ports = { $ports ->
        [0] no port
        [one] one port
       *[other] { $ports } ports
    }
fleet-odd-ports = { $ports }; nearly all others have { $usual }
fleet-odd-factor = { $factor } { $value }; nearly all others have { $usual }
fleet-odd-late = the stage { $stage } is reached late, after up to { $latest } seconds; usual are { $usual }
fleet-missing = Missing
fleet-shards-missing = of { $of } shards: { $shards }
fleet-shards-differ = the shards saw different numbers of sources: sources were added meanwhile, or a disk was not there for some
fleet-nodes-missing = nothing was read of { $nodes }
fleet-unreadable = Could not be read
factor-kernel = kernel
factor-network-service = network service
factor-card = card
factor-firmware = firmware

## Explanations

example = What a log of it looks like
references = References
list-hint = ibup explain CODE tells all about one
rules-well = { $rules ->
        [one] one rule, which matches its samples
       *[other] { $rules } rules, and each matches its samples
    }
unknown-diagnosis = no diagnosis is called { $name }

## The machine in memory

journal = Journal
timeline = Timeline
explored-reference-disabled = { $host } by the vendor's scripts (reference), openibd not enabled
explored-reference-enabled = { $host } by the vendor's scripts (reference), openibd enabled
explored-converge-disabled = { $host } by ibup (converge), ibup.service not enabled
explored-converge-enabled = { $host } by ibup (converge), ibup.service enabled
explored-counts = { $states } states, { $orders } orders
explored-in-part = , and more that were not looked at
fate-up = { $interface }: up in every order
fate-down = { $interface }: stays down in every order
fate-down-if-missed = { $interface }: stays down in { $down } of { $orders } orders: in every one in which the network service looked for it before it existed, and in no other
fate-down-if-missed-and-else = { $interface }: stays down in { $down } of { $orders } orders: in every one in which the network service looked for it before it existed, and in some others
fate-down-sometimes = { $interface }: stays down in { $down } of { $orders } orders
fate-unwanted = { $interface }: nothing says to raise it
fate-no-link = { $interface }: has no link
holds = holds
fails = FAILS
open = open
kind-always = always
kind-by-deadline = by deadline
kind-sometimes = sometimes
shortest-order = The shortest order in which { $property } fails:
foretold = The next boot of { $host }, kernel { $kernel }, { $policy }
foretold-reference = by the distribution's and the vendor's scripts
foretold-converge = by ibup
foretold-enabled = { $unit } loads the stack
foretold-disabled = { $unit } is not enabled
foretold-loader = { $place } has ib_ipoib loaded
foretold-supposed = supposed: { $change }
foretold-nothing = No network service is told of an InfiniBand interface.
foretold-always = { $interface }: comes up, in all of { $orders } orders of events
foretold-sometimes = { $interface }: may stay down: it does in { $down } of { $orders } orders of events
foretold-never = { $interface }: will not come up
foretold-unknown = { $interface }: nobody can tell from these files
foretold-wicked = { $interface }: wicked raises it, and of wicked too little is known here to tell
foretold-no-function = { $interface }: the bus has no function that this interface could be of; it may bear another name
foretold-served = { $unit } raises it, as { $place } says
foretold-unserved = { $unit } should raise it, as { $place } says, and is not enabled
foretold-remedies = comes up in every order with:
foretold-order = the shortest order in which it stays down:

## The page

page-title = ibup: why InfiniBand interfaces did not come up
page-skip = Skip to the answer
page-search = Search
page-search-hint = host, interface, PCI function, cause
page-reset = Show all
page-language = 中文
page-theme = Colors
page-theme-auto = as the system
page-theme-light = light
page-theme-dark = dark
page-filters = What to look for
page-outcomes = How it ended
page-causes = Causes
page-nodes = Nodes
page-copy-names = Copy names
page-read-from = read from
page-shown = { $shown } of { $all } nodes
page-nothing = No node matches.
page-keys = / search   ↑ ↓ choose   Enter read   Esc back
page-stage = Stage
page-lane = Since the boot's first line
page-uneven = logarithmic
page-what = What the log shows
page-about = About this
page-copy = Copy
page-copied = Copied.
page-selected = Selected; the browser does not let a page copy by itself.
page-thinned = Of interfaces that came up, a page of so many nodes holds times and no lines.
page-no-lines = A fleet keeps no lines of its logs. They are told by ibup diagnose, of what this node was read from.
page-whole = As a whole
page-needs-scripts = This page needs scripts. The same answer as text: ibup diagnose, without --format html.
page-unit-d = d
page-unit-h = h
page-unit-min = min
page-unit-s = s

## What is now

now-good = { $count ->
        [one] the interface that should be up is up
       *[other] all { $count } interfaces that should be up are up
    }
now-bad = not up: { $troubled } of { $count } interfaces that should be
now-nothing-expected = nothing says that an InfiniBand interface should be up (ibup check --expect IF)
now-missing = missing: there is no such netdev
now-down = down: nobody has raised it
now-no-link = raised, and without link
now-no-link-so = raised, and without link: its port is { $port }, { $physical }
now-no-address = up, and without the address that it should have
now-up = up
now-expected-by = should be up by { $place }
now-no-cause = Why, the journal of this boot does not show.
now-no-journal = Why is not known, since the journal of this boot could not be read: { $reason }
now-unread = not read: { $reason }
wait-over = { $interface } after { $span }: { $state }
fix-plan = What can be done:
fix-nothing = Nothing that could be done on this machine would help.
fix-ask = Do it? [y/N]
fix-not-done = Nothing was done; with --yes it is.
fix-later = raised as its service does it, once it exists
fix-undone = It did not help, and is undone: { $action }
