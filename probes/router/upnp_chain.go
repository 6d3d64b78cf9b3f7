package router

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os/exec"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of what the program nft may say, and for how long.
const (
	maxChain = 256 << 10
	maxNFT   = 3 * time.Second
)

// Chain asks the firewall which ways are in force that programs at home had opened:
// the chain that OpenWrt's miniupnpd writes to (upnp_nat_chain in its init script),
// by the program nft, run directly with fixed arguments. It needs CAP_NET_ADMIN, so
// only what runs with it calls this.
func Chain(ctx context.Context) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, maxNFT)
	defer cancel()
	cmd := exec.CommandContext(ctx, "/usr/sbin/nft", "-j", "list", "chain", "inet", "fw4", "upnp_prerouting")
	cmd.Env, cmd.Dir, cmd.WaitDelay = []string{}, "/", time.Second/10
	var out limited
	cmd.Stdout = &out
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("ask the firewall what programs at home had opened: %w", err)
	}
	return out.said, nil
}

// limited takes maxChain bytes and then ends who writes.
type limited struct{ said []byte }

func (l *limited) Write(b []byte) (int, error) {
	if len(l.said)+len(b) > maxChain {
		return 0, errors.New("it says too much")
	}
	l.said = append(l.said, b...)
	return len(b), nil
}

// expression is one part of a rule, as libnftables-json(5) has them: a comparison,
// or where to.
type expression struct {
	Match struct {
		Op   string `json:"op"`
		Left struct {
			Payload struct {
				Protocol string `json:"protocol"`
				Field    string `json:"field"`
			} `json:"payload"`
			Meta struct {
				Key string `json:"key"`
			} `json:"meta"`
		} `json:"left"`
		Right json.RawMessage `json:"right"`
	} `json:"match"`
	DNAT *struct {
		Addr string `json:"addr"`
		Port uint16 `json:"port"`
	} `json:"dnat"`
}

// ParseChain reads what `nft -j list chain` says of miniupnpd's chain: each rule
// compares protocol and port, perhaps who asks, and leads elsewhere (rule_set_dnat in
// miniupnpd/netfilter_nft/nftnlrdr_misc.c). A rule that does not is passed over.
func ParseChain(text []byte) ([]lan.Forward, error) {
	var all struct {
		NFTables []struct {
			Rule struct {
				Comment string            `json:"comment"`
				Expr    []json.RawMessage `json:"expr"`
			} `json:"rule"`
		} `json:"nftables"`
	}
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("the firewall's answer is not understood: %w", err)
	}
	var list []lan.Forward
	for _, o := range all.NFTables[:min(len(all.NFTables), 2*maxLeases)] {
		w := lan.Forward{By: lan.ByUPnP}
		for _, raw := range o.Rule.Expr {
			var e expression
			if json.Unmarshal(raw, &e) == nil { // one of another form says nothing here
				e.take(&w)
			}
		}
		w.For = lan.Printable(o.Rule.Comment, lan.MaxName)
		if w.Client.IsValid() && w.Port > 0 && w.External > 0 && (w.Transport == lan.TCP || w.Transport == lan.UDP) {
			list = append(list, w)
		}
	}
	return list, nil
}

// take notes on w what e says of it.
func (e expression) take(w *lan.Forward) {
	if e.DNAT != nil {
		if a, err := netip.ParseAddr(e.DNAT.Addr); err == nil {
			w.Client, w.Port = a.Unmap().WithZone(""), e.DNAT.Port
		}
		return
	}
	if e.Match.Op != "==" {
		return
	}
	of := e.Match.Left
	var word string
	_ = json.Unmarshal(e.Match.Right, &word) // a number leaves it empty
	switch {
	case of.Payload.Field == "dport":
		_ = json.Unmarshal(e.Match.Right, &w.External)
		if p := lan.Transport(of.Payload.Protocol); p == lan.TCP || p == lan.UDP {
			w.Transport = p
		}
	case of.Payload.Field == "protocol" || of.Meta.Key == "l4proto":
		w.Transport = lan.Transport(word)
	case of.Payload.Field == "saddr":
		if a, err := netip.ParseAddr(word); err == nil {
			w.From = a.String()
		}
	}
}
