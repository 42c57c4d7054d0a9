package main

import (
	"fmt"
	"net"
	"net/url"

	"github.com/payclients/payclients-go/examples/internal/cli"
)

// settings are the flags.
type settings struct {
	host     string
	port     int
	ports    map[string]int // of the APIs, by name
	seed     uint64
	rows     int
	days     int
	webhooks map[string]string // target by API; "" is none
}

// parseSettings reads the flags. Anything wrong is cli.ErrUsage.
func parseSettings(call *cli.Call) (settings, error) {
	s := settings{ports: map[string]int{}, webhooks: map[string]string{}}
	p := program()
	flags := p.Flags()
	flags.StringVar(&s.host, "host", "127.0.0.1",
		"`address` to listen on. Beyond this machine, for example 0.0.0.0, everybody who reaches it may use the fakes and see what they received")
	flags.IntVar(&s.port, "port", 8100, "`port` of the page; 0 is any free port, here and in the flags below")
	flags.Uint64Var(&s.seed, "seed", 1, "`number` that fixes the made-up data: the same seed and version give the same rows")
	flags.IntVar(&s.rows, "rows", 250, "`number` of operations in vima and in ecommpay, and of transactions; 0 to 1000000")
	flags.IntVar(&s.days, "days", 3, "`number` of days from 2026-01-01 over which rows are spread; 1 to 366")
	ports, hooks := map[string]*int{}, map[string]*string{}
	for i, name := range apiNames {
		ports[name] = flags.Int(name, 8101+i, "`port` of "+name)
	}
	for _, name := range []string{"wallet", "finik"} {
		hooks[name] = flags.String(name+"-webhook", "", "`URL` to send webhook events of "+name+" to, signed, until they are acknowledged; none unless set")
	}
	if err := p.Parse(flags, call); err != nil {
		return s, err
	}
	for name, port := range ports {
		s.ports[name] = *port
	}
	for name, hook := range hooks {
		s.webhooks[name] = *hook
	}
	return s, s.check()
}

func (s settings) check() error {
	if s.host == "" {
		return fmt.Errorf("%w: -host must not be empty; 0.0.0.0 are all addresses of this machine", cli.ErrUsage)
	}
	if s.rows < 0 || s.rows > 1_000_000 {
		return fmt.Errorf("%w: -rows must be 0 to 1000000", cli.ErrUsage)
	}
	if s.days < 1 || s.days > 366 {
		return fmt.Errorf("%w: -days must be 1 to 366", cli.ErrUsage)
	}
	taken := map[int]string{}
	for _, name := range append([]string{"port"}, apiNames...) {
		port, ok := s.ports[name]
		if !ok {
			port = s.port
		}
		switch other := taken[port]; {
		case port < 0 || port > 65535:
			return fmt.Errorf("%w: -%s must be 0 to 65535", cli.ErrUsage, name)
		case port != 0 && other != "":
			return fmt.Errorf("%w: -%s and -%s are both %d", cli.ErrUsage, other, name, port)
		}
		taken[port] = name
	}
	for name, target := range s.webhooks {
		u, err := url.Parse(target)
		if target != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
			return fmt.Errorf("%w: -%s-webhook must be a URL such as http://127.0.0.1:8080/%s", cli.ErrUsage, name, name)
		}
	}
	return nil
}

// local reports whether only this machine can connect.
func (s settings) local() bool {
	ip := net.ParseIP(s.host)
	return s.host == "localhost" || ip != nil && ip.IsLoopback()
}

// reach is a sentence about who can connect.
func (s settings) reach() string {
	if s.local() {
		return "Only programs on this machine can connect."
	}
	return "WARNING: everybody who can reach " + s.host + " can use the fakes and see what they received."
}
