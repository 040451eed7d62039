## Capture filters: problems, fixes and the plain reading.

filter-field-protocol = protocol
filter-field-localIPAddress = local address
filter-field-localPort = local port
filter-field-remoteIPAddress = remote address
filter-field-remotePort = remote port

# Problems of one field
filter-too-long = This field is too long to be a filter. Use a range, or several filters.
filter-look-alike = “{ $found }” has characters that only look right. Azure reads “{ $expected }”.
filter-wildcard = Azure has no “{ $found }”. Leave the field empty for no constraint.
filter-empty-list = There is only a separator here. Enter a value, or leave the field empty for no constraint.
filter-empty-entry = An entry of the list is empty. Azure does not document what it makes of that.
filter-separator = Azure separates entries with “;”, not with “{ $found }”. The capture would stay empty.
filter-spaces = There are spaces here. Azure does not document whether it ignores them.
filter-duplicate-entry = “{ $found }” stands in the list twice.
filter-several-ranges = Azure takes one range in a field. Several ranges need several filters.
filter-range-and-list = Azure does not take a range and other entries in one field. They need several filters.
filter-cidr = Azure does not read CIDR notation. “{ $found }” is the range { $expected }.
filter-not-address = “{ $found }” is not an IP address. Azure takes addresses such as 10.0.0.3, a range or a list, no names.
filter-octet-count = “{ $found }” has { $expected } of the 4 numbers of an IPv4 address. Azure would accept it and the capture would stay empty.
filter-octet-missing = A number is missing in “{ $found }”: an IPv4 address has 4, such as 10.0.0.3.
filter-octet-range = “{ $found }” is above 255, the highest number in an IPv4 address.
filter-leading-zero = “{ $found }” starts with a zero, which programs read differently. Write { $expected }.
filter-address-wildcard = Azure has no “*” in addresses. “{ $found }” is the range { $expected }.
filter-ipv6 = Azure documents IPv4 addresses only. This IPv6 address may match nothing: try it with a short capture.
filter-ipv6-form = “{ $found }” goes beyond the address itself. Write { $expected }.
filter-ipv4-mapped = “{ $found }” is an IPv4 address in IPv6 form. Packets carry { $expected }.
filter-port-in-address = A port belongs in the port field, not to the address “{ $found }”.
filter-families-mixed = A range runs within IPv4 or within IPv6, not from one to the other.
filter-reversed = The range is backwards and would match nothing. It runs from the lower value to the higher: { $expected }.
filter-range-form = “{ $found }” is not a range. A range is two values with “-” between them.
filter-range-open = “{ $found }” lacks an end. The whole range is { $expected }.
filter-range-sign = Azure writes a range with “-”: { $expected }.
filter-not-port = “{ $found }” is not a port number from 1 to 65535.
filter-port-range = “{ $found }” is above 65535, the highest port.
filter-port-zero = Port 0 is reserved and carries no traffic. Azure does not document it.
filter-protocol-unknown = “{ $found }” is none of the protocols that Azure filters: TCP, UDP or Any.
filter-protocol-icmp = Azure cannot filter for ICMP alone. ICMP is captured with Any, without ports.
filter-protocol-form = Azure calls this protocol { $expected }.
filter-protocol-several = A filter takes one protocol. Several protocols need several filters.

# Problems of a whole filter, or among filters
filter-everything = No filter limits this capture: it keeps every packet, up to its size and time limits.
filter-unspecified-address = { $found } is the address of nobody and matches next to nothing. Leave the field empty for no constraint.
filter-loopback = This is a loopback address. Azure does not document whether traffic of an instance with itself is captured.
filter-families-differ = The local and the remote address are of different families (IPv4 and IPv6). No packet has both: the capture would stay empty.
filter-same-address = The local and the remote address are the same. Only traffic of an instance with itself would fit.
filter-ports-on-both-sides = Both sides have a fixed port ({ $local } and { $remote }). The calling side usually takes a random port: keep only the port of the service.
filter-port-with-any = With a port, Any keeps only packets that have ports (TCP, UDP). ICMP is left out.
filter-local-unreachable = { $found } is in no subnet of the captured instances. The local address is the instance’s own: the capture would most likely stay empty.
filter-local-partly-unreachable = { $found } is in no subnet of the captured instances.
filter-duplicate = This filter says the same as filter { $other }.
filter-swallowed = Filter { $other } already keeps every packet of this one.

# The first fault, for what takes sound filters only
filter-refused = Filter { $number }: { $problem }
filter-refused-field = Filter { $number }, { $field }: { $problem }
filter-subnet = “{ $value }” is not a subnet such as 10.0.0.0/24.

# Fixes
filter-fix-use = Use { $value }
filter-fix-clear = Leave the field empty
filter-fix-clear-field = Leave the { $field } empty
filter-fix-split = Make { $count } filters of it
filter-fix-move-port = Use { $address } and port { $port }
filter-fix-remove = Remove filter { $number }

# The plain reading
filter-reading-unread = The filters can be read once their errors are corrected.
filter-reading-everything = Keeps every packet.
filter-reading-one = Keeps { $filter }.
filter-reading-several = Keeps packets that fit any of these: { $filters }.
filter-reading-or = ;
filter-reading-more-filters = and { $count } more filters
filter-reading-protocol = all { $protocol } traffic
filter-reading-local = { $protocol ->
    [Any] any protocol
   *[other] { $protocol }
} between { $local } on the instance and anyone
filter-reading-remote = { $protocol ->
    [Any] any protocol
   *[other] { $protocol }
} between the instance and { $remote }
filter-reading-both = { $protocol ->
    [Any] any protocol
   *[other] { $protocol }
} between { $local } on the instance and { $remote }
filter-reading-side = { $address } ({ $ports })
filter-reading-address = { $address }
filter-reading-any-address = any address
filter-reading-any-port = any port
filter-reading-port = port { $port }
filter-reading-ports = ports { $ports }
filter-reading-more = { $count } more

# Filters out of a pasted command
filter-paste-no-filters = There are no filters in this text. Paste an az or PowerShell command with filters, or their JSON.
filter-paste-in-file = The filters stand in the file { $found }. Paste the content of that file.
filter-paste-variable = { $found } is a variable of your shell. Put its value in its place.
filter-paste-parameter = “{ $found }” is not a parameter of New-AzPacketCaptureFilterConfig with a value.
filter-paste-text = The filters cannot be read: { $found }

# Filters as JSON
filter-text-json = This is not JSON. { $found }
filter-text-unknown-member = “{ $found }” is no member of a filter. Use protocol, localIPAddress, localPort, remoteIPAddress and remotePort.
filter-text-shape = Filters are a JSON array of objects with texts, such as [{"{"}"protocol":"TCP","remotePort":"443"{"}"}].
