### 报告用语（简体中文）。每一条在 en.ftl 中都有对应，由测试比较。

## 启动的抬头

boot = { $first } 的启动，日志覆盖 { $seconds }
boot-undated = 未注明日期的启动
boot-until = { $first } 的启动
no-host = 未注明主机
nothing = 这里没有任何关于 InfiniBand 的内容
nothing-hint = 共读取 { $entries } 行；一次启动的完整日志即可：journalctl -b -o short-precise

## 结果

outcome-up = 已拉起
outcome-raised-late = 拉起过晚
outcome-raised-late-by = 拉起过晚，晚了 { $delay }
outcome-unusable = 不可用
outcome-unusable-said = 不可用：接口已拉起，但没有地址，或数据不通
outcome-down = 未拉起
outcome-missing = 缺失
outcome-missing-said = 缺失：接口从未出现
outcome-unknown = 无法判断
no-interface = （无接口）
at-function = 位于 { $pci }
no-cause-bad = 日志没有显示原因

## 角色与置信度

role-cause = 原因
role-consequence = 后果
role-note = 附注
confidence = 置信度
confidence-certain = 确定
confidence-likely = 很可能
confidence-possible = 可能

shown-above = 由上面引用的行表明：{ $lines }

## 标题

stages = 阶段
check = 检查
remedy = 修复
more = 详细说明：ibup explain { $code }

## 日志没有显示的内容

blind-filtered = 日志看起来经过筛选：其中只有与 InfiniBand 有关的行，缺少某一行说明不了什么；请读取完整日志，或执行检查命令
blind-kernel-only = 日志中只有内核的消息：各服务说了什么不在其中
blind-begins-late = 日志中没有启动的开头
blind-front-cut = 收集日志的工具截去了开头：报告只保留过长日志的最新部分（sos report --journal-size）
blind-lines-lost = 消息过密，日志丢弃了一部分
blind-lines-cut = 有些行太长，没有完整读取
blind-rest-unread = 有来源未能读到末尾
blind-no-clock = 没有任何一行带有时间，因此无法得知间隔

## 阶段

stage-pci = PCI
stage-driver = 驱动
stage-stack = 驱动栈
stage-netdev = 网络设备
stage-hand-off = 交接
stage-network = 网络服务
stage-link = 链路
stage-address = 地址

state-reached = 到达
state-failed = 失败
state-skipped = 跳过
state-not-seen = 未见
stack-implied = 此时已加载；日志没有说明由谁加载
implied = 此时必已到达
same-cause = 原因与 { $interface } 相同：{ $code }，{ $title }
summary = 共 { $count } 个接口：{ $outcomes }
would-tell = 如何判断

## 各行的含义

event-boot-began = 内核开始启动
event-boot-finished = 启动结束
event-boot-ended = 机器关机
event-clock-set = 时钟被调整
event-netdev-failed = ib_ipoib 未能创建网络设备
event-lowered = 有人关闭了 { $interface }
event-lines-lost = 日志丢失了一些行
event-function-found = 内核在 PCI 总线上发现该 PCI 功能
event-function-set-up = 内核为该 PCI 功能分配资源
event-bridge-found = 内核识别 PCI 桥后面的总线
event-driver-bound = 驱动开始接管该 PCI 功能
event-driver-ready = 驱动已使该 PCI 功能正常工作
event-driver-failed = 驱动放弃该 PCI 功能
event-device-registered = RDMA 设备已存在
event-stack-started = 加载驱动栈的服务开始运行
event-stack-spoke = 加载驱动栈的服务正在工作
event-stack-done = 该服务称驱动栈已加载
event-stack-failed = 加载驱动栈的服务失败
event-module-requested = 有人要求加载该模块
event-module-loaded = { $module } 被加载；这一行没有说明由谁加载
event-module-loaded-by = { $module } 由 { $by } 加载
event-module-loaded-earlier = 跟踪开始之前 { $module } 就已加载
loader-of = { $unit } 的 { $process }
loader-of-session = 某人会话（{ $unit }）中的 { $process }
loader-for = 内核为 { $asker } 运行的 { $process }
loader-started-by = { $parent } 启动的 { $process }
event-netdev-created = 驱动创建网络设备
event-netdev-seen = { $interface } 已存在
event-netdev-renamed = { $interface } 得到这个名字
event-hand-off-deferred = 接口管理器把拉起 { $interface } 的任务留给网络服务
event-manager-spoke = 接口管理器正在工作
event-network-started = 网络服务开始运行
event-network-spoke = 网络服务正在工作
event-network-done = 网络服务完成
event-network-failed = 网络服务失败
event-raise-found-nothing = 网络服务要拉起 { $interface }，而它还不存在
event-raise-began = 开始拉起 { $interface }
event-online-wait-failed = 启动过程等待网络就绪，没有等到
event-raise-failed = 拉起 { $interface } 失败
event-raised = { $interface } 已拉起
event-cable-plugged = 端口插有线缆
event-cable-unplugged = 端口没有线缆
event-cable-failed = 端口里的线缆不可用
event-port-polling = 端口正在寻找对端
event-port-disabled = 端口被关闭
event-port-training = 端口正与对端协商
event-port-link-up = 端口物理链路已通
event-port-offline = 端口没有在寻找对端
event-port-down = 端口没有物理链路
event-port-init = 端口等待子网管理器
event-port-armed = 子网管理器正在配置端口
event-port-active = 端口处于活动状态
event-carrier-gained = { $interface } 有载波
event-carrier-awaited = { $interface } 等待载波
event-carrier-missing = 拉起 { $interface } 的一方等不到载波，放弃了
event-found-down = 需要 { $interface } 的一方发现它没有启动
event-netdev-rename-failed = { $interface } 本应改名，却仍是这个名字
event-manager-failed = { $interface } 的接口管理器 unit 失败
event-master-failed = { $interface } 所属的 bond 或网桥失败
event-carrier-lost = { $interface } 失去载波
event-ethernet-link-up = { $interface } 的以太网链路已通
event-ethernet-link-down = { $interface } 的以太网链路断开
event-subnet-manager-started = 本机的子网管理器开始运行
event-subnet-manager-spoke = 本机的子网管理器有消息
event-subnet-manager-at-work = 本机的子网管理器正在工作
event-subnet-manager-failed = 本机的子网管理器失败
event-device-shown = 某个工具在报告该 RDMA 设备
event-address-requested = 正在为 { $interface } 请求地址
event-address-assigned = { $interface } 已有地址
event-sign = 这一行表明了它
event-stack-enabled = 按现在的 unit 状态，systemd 会在启动时拉起 openibd
event-stack-disabled = systemd 不会在启动时拉起 openibd
event-stack-masked = systemd 被禁止拉起 openibd
event-ipoib-left-out = openibd 被配置为不加载 ib_ipoib
event-configured-up = { $interface } 被配置为启动时拉起
event-configured-down = { $interface } 被配置为启动时不拉起
event-rule-matched = 这一行表明了它
event-not-understood = 没有人认识这一行

## 时间长度

days = { $n } 天
hours = { $n } 小时
minutes = { $n } 分钟
seconds = { $n } 秒

## 与正常启动对照

beside = 对照 { $host }：{ $boot }（{ $sources }）
beside-unwell = 那次启动本身并不正常：与它的差别不一定就是故障
beside-blind = 关于用来对照的日志：{ $spot }
beside-pair = { $here }；对照：{ $there }
beside-only-here = { $port }；对照的启动没有这个端口
beside-missing = 对照：{ $port }；本次启动没有这个端口
beside-alike = 没有值得注意的差别。
beside-unlisted = 另有 { $lines } 行驱动的消息只在其中一份日志里，没有诊断认识它们。
beside-step = 步骤
beside-healthy = 对照
beside-here = 本次
beside-differs = 差别
step-stack-loaded = ib_ipoib 已加载
step-netdev = { $interface } 已存在
step-network-looked = 网络服务首次查找 { $interface }
step-module-requested = 有人请求加载 { $detail }
step-module-loaded = 跟踪记录表明 { $detail } 已加载
step-not-understood = 驱动说“{ $detail }”
difference-missing = 本次没有
difference-only-here = 只有本次有
difference-only-after = 本次晚于：{ $other }
difference-longer = 本次用了 { $here }，对照用了 { $there }，起点：{ $since }

## 机群

fleet-nodes = { $nodes } 个节点
fleet-good = { $nodes } 个正常
fleet-bad = { $nodes } 个有故障
fleet-unknown = { $nodes } 个无法判断
fleet-counts = { $all }：{ $parts }
fleet-and = ，
fleet-named = { $count }：{ $names }
fleet-particulars = 接口：{ $outcomes }；原因的置信度：{ $confidence }
fleet-confidence = 原因的置信度：{ $confidence }
fleet-share = { $of } 个中的 { $with } 个
fleet-common = 共同点：{ $factor } { $value }（{ $sick }；其余节点为 { $others }；纯属巧合的概率 { $chance }）
fleet-unexplained = 有故障，但日志没有显示原因
fleet-cannot-tell = 无法判断
fleet-outliers = 与几乎所有其他节点不同
fleet-ports = { $ports ->
        [0] 没有端口
       *[other] { $ports } 个端口
    }
fleet-odd-ports = { $ports }；几乎所有其他节点为 { $usual }
fleet-odd-factor = { $factor } { $value }；几乎所有其他节点为 { $usual }
fleet-odd-late = { $stage } 阶段到达过晚，最晚在 { $latest } 秒之后；通常为 { $usual } 秒
fleet-missing = 缺少
fleet-shards-missing = 共 { $of } 个分片，缺 { $shards }
fleet-shards-differ = 各分片看到的来源数量不同：其间有来源加入，或者某些任务看不到某个磁盘
fleet-nodes-missing = 没有读到 { $nodes } 的任何日志
fleet-unreadable = 无法读取
factor-kernel = 内核
factor-network-service = 网络服务
factor-card = 网卡
factor-firmware = 固件

## 说明

example = 日志示例
references = 参考
list-hint = ibup explain 代码 可查看其中一个的全部说明
rules-well = { $rules } 条规则，全部与样本相符
unknown-diagnosis = 没有名为 { $name } 的诊断

## 内存中的机器

journal = 日志
timeline = 时间线
explored-reference-disabled = { $host }，由厂商脚本启动（reference），openibd 未启用
explored-reference-enabled = { $host }，由厂商脚本启动（reference），openibd 已启用
explored-converge-disabled = { $host }，由 ibup 启动（converge），ibup.service 未启用
explored-converge-enabled = { $host }，由 ibup 启动（converge），ibup.service 已启用
explored-counts = { $states } 个状态，{ $orders } 种顺序
explored-in-part = ，还有一些没有查看
fate-up = { $interface }：在每种顺序下都拉起
fate-down = { $interface }：在每种顺序下都未拉起
fate-down-if-missed = { $interface }：{ $orders } 种顺序中有 { $down } 种未拉起：凡是网络服务在它存在之前就去找它的顺序都是如此，其他顺序都不是
fate-down-if-missed-and-else = { $interface }：{ $orders } 种顺序中有 { $down } 种未拉起：凡是网络服务在它存在之前就去找它的顺序都是如此，另有一些顺序也是
fate-down-sometimes = { $interface }：{ $orders } 种顺序中有 { $down } 种未拉起
fate-unwanted = { $interface }：没有配置要求拉起它
fate-no-link = { $interface }：没有链路
holds = 成立
fails = 不成立
open = 未定
kind-always = 始终
kind-by-deadline = 最终
kind-sometimes = 有时
shortest-order = 使 { $property } 不成立的最短顺序：
foretold = { $host } 的下一次启动，内核 { $kernel }，{ $policy }
foretold-reference = 由发行版和厂商的脚本启动
foretold-converge = 由 ibup 启动
foretold-enabled = 驱动栈由 { $unit } 加载
foretold-disabled = { $unit } 未启用
foretold-loader = { $place } 要求加载 ib_ipoib
foretold-supposed = 假设：{ $change }
foretold-nothing = 没有任何网络服务配置了 InfiniBand 接口。
foretold-always = { $interface }：会启动，{ $orders } 种事件顺序无一例外
foretold-sometimes = { $interface }：可能起不来：{ $orders } 种事件顺序中有 { $down } 种起不来
foretold-never = { $interface }：不会启动
foretold-unknown = { $interface }：从这些文件无法判断
foretold-wicked = { $interface }：由 wicked 启动，而这里对 wicked 了解不足，无法判断
foretold-no-function = { $interface }：总线上没有与该接口对应的功能，它可能已改名
foretold-served = 依据 { $place }，由 { $unit } 启动
foretold-unserved = 依据 { $place }，应由 { $unit } 启动，但它未启用
foretold-remedies = 作以下改动后，任何顺序都能启动：
foretold-order = 使它起不来的最短顺序：

## 网页

page-title = ibup：InfiniBand 接口为何没有拉起
page-skip = 跳到结论
page-search = 搜索
page-search-hint = 主机、接口、PCI 功能、原因
page-reset = 显示全部
page-language = English
page-theme = 颜色
page-theme-auto = 跟随系统
page-theme-light = 浅色
page-theme-dark = 深色
page-filters = 筛选
page-outcomes = 结果
page-causes = 原因
page-nodes = 节点
page-copy-names = 复制名称
page-read-from = 读自
page-shown = { $all } 个节点中的 { $shown } 个
page-nothing = 没有符合条件的节点。
page-keys = / 搜索   ↑ ↓ 选择   Enter 阅读   Esc 返回
page-stage = 阶段
page-lane = 自启动的第一行起
page-uneven = 对数刻度
page-what = 日志所示
page-about = 详细说明
page-copy = 复制
page-copied = 已复制。
page-selected = 已选中；浏览器不允许网页自行复制。
page-thinned = 节点很多时，对已拉起的接口，本页只保留时间，不保留日志行。
page-no-lines = 对机群不保留日志行。要看日志行，请对读取本节点的来源运行 ibup diagnose。
page-whole = 总体情况
page-needs-scripts = 本页需要启用脚本。同样的结论可用文本查看：ibup diagnose，不带 --format html。
page-unit-d = 天
page-unit-h = 小时
page-unit-min = 分
page-unit-s = 秒

## 现在的状态

now-good = 应当拉起的 { $count } 个接口都已正常
now-bad = 应当拉起的 { $count } 个接口中，有 { $troubled } 个不正常
now-nothing-expected = 没有任何配置要求拉起 InfiniBand 接口（可用 ibup check --expect IF 指定）
now-missing = 缺失：没有这个网络设备
now-down = 未拉起
now-no-link = 已拉起，但没有链路
now-no-link-so = 已拉起，但没有链路：其端口为 { $port }，{ $physical }
now-no-address = 已拉起，但没有应有的地址
now-up = 正常
now-expected-by = 依据 { $place }，它应当被拉起
now-no-cause = 本次启动的日志没有显示原因。
now-no-journal = 原因未知，因为无法读取本次启动的日志：{ $reason }
now-unread = 未能读取：{ $reason }
wait-over = 等待 { $span } 之后，{ $interface }：{ $state }
fix-plan = 可以做的：
fix-nothing = 在这台机器上没有什么可做的会有帮助。
fix-ask = 现在执行吗？[y/N]
fix-not-done = 没有执行任何操作；加上 --yes 即执行。
fix-later = 出现之后，按其所属服务的方式拉起
fix-undone = 没有帮助，已撤销：{ $action }
