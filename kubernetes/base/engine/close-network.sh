#!/bin/sh
# Closes the cluster, its nodes and every private network to what builds run (RUN) and what the engine fetches for them
# (ADD http://…), in this pod's own network namespace: it holds whatever the cluster's network makes of a NetworkPolicy.
# The internet stays open, name servers on port 53, and for the engine itself the registry. From the environment:
#   REGISTRY   host:port that the engine pushes to        NODE     the address of this node
#   CLOSED     more networks, separated by spaces         KUBERNETES_SERVICE_HOST   the API server (Kubernetes sets it)
set -eu

# The tables that dockerd will use: docker:dind takes the older ones where the kernel lacks nf_tables.
iptables -nL >/dev/null 2>&1 || PATH=/usr/local/sbin/.iptables-legacy:$PATH

PRIVATE='0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.168.0.0/16 198.18.0.0/15
fc00::/7 fe80::/10'

# The tables for an address; nothing where the pod has no IPv6.
tables_for() {
  case $1 in
    *:*) if [ -s /proc/net/if_inet6 ]; then echo ip6tables; fi ;;
    *) echo iptables ;;
  esac
}

# One chain for both: CLOSED ends what the engine (OUTPUT) or a RUN step (DOCKER-USER, which dockerd keeps) begins.
for tables in $(tables_for 0.0.0.0) $(tables_for ::); do
  $tables -N CLOSED
  $tables -A CLOSED -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN
  $tables -N DOCKER-USER
  $tables -A DOCKER-USER -j CLOSED
  $tables -A OUTPUT ! -o lo -j CLOSED
  # A RUN step has no business at its own engine either.
  $tables -A INPUT -i docker0 -m conntrack --ctstate NEW -j REJECT
  # The cluster's packets are often smaller than a container thinks: without this, large answers never arrive.
  $tables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu
done
if [ -s /proc/net/if_inet6 ]; then ip6tables -A CLOSED -p ipv6-icmp -j RETURN; fi

for server in $(sed -n 's/^nameserver  *//p' /etc/resolv.conf); do
  for tables in $(tables_for "$server"); do
    $tables -A CLOSED -d "$server" -p udp --dport 53 -j RETURN
    $tables -A CLOSED -d "$server" -p tcp --dport 53 -j RETURN
  done
done

# By name: iptables asks for its addresses now. Who gives the registry another address restarts the engines.
found=
for tables in $(tables_for 0.0.0.0) $(tables_for ::); do
  if $tables -I OUTPUT -d "${REGISTRY%:*}" -p tcp --dport "${REGISTRY##*:}" -j ACCEPT 2>/dev/null; then found=yes; fi
done
[ "$found" ] || { echo "$REGISTRY has no address: is the registry's Service there?" >&2; exit 1; }

for network in $PRIVATE $NODE $KUBERNETES_SERVICE_HOST $CLOSED; do
  for tables in $(tables_for "$network"); do $tables -A CLOSED -d "$network" -j REJECT; done
done
