// Sandbox serves the five fakes of this module to programs in any language: Vima,
// ecommpay, wallet.best, Finik and a JHipster transactions list, each with made-up
// data, on a port of this machine.
//
//	go -C examples/apps run ./sandbox        # or: make sandbox
//	open http://127.0.0.1:8100               # endpoints, credentials, faults, curl lines to paste
//	python3 examples/apps/sandbox/client.py  # all five from Python's standard library
//
// It prints where to find what, and then a line for each webhook event:
//
//	Page with credentials and curl lines  http://127.0.0.1:8100
//
//	vima          http://127.0.0.1:8101/collector1/api/v1/operation
//	ecommpay      http://127.0.0.1:8102/v1
//	wallet        http://127.0.0.1:8103/v1
//	finik         http://127.0.0.1:8104
//	transactions  http://127.0.0.1:8105
//
//	Only programs on this machine can connect. Ctrl-C stops the sandbox.
//
// The fakes check credentials and signatures, keep payments and a ledger, and are
// as odd as the providers are. What each of them knows, and what is Unverified, is
// in the documentation of its package, for example vima/vimatest, and in the
// OpenAPI document that its port serves.
//
// # Control
//
// Paths that begin with /_ belong to the sandbox and not to a provider. They act
// on the API of their port, need no credentials, and leave no trace in the log of
// requests:
//
//	GET    /_openapi.yaml  the OpenAPI 3.1 document of the API
//	GET    /_requests      requests received, secrets masked
//	DELETE /_requests      empties that log
//	GET    /_faults        what can be injected
//	POST   /_faults        injects a fault, or an array of faults
//	DELETE /_faults        removes all faults that are still to come
//	POST   /_advance       moves the clock ahead: {"by":"1h30m"}
//	GET    /_ledger        movements of money and balances; wallet and finik only
//	GET    /_events        webhook events and whether they were acknowledged; wallet and finik only
//	GET    /_key.pem       the key to sign requests with; finik only
//	GET    /_webhook.pem   the key to verify webhook events with; finik only
//
// The port of the page serves all addresses and credentials to programs as
// /sandbox.json.
//
// A fault is a JSON object, in which every member may be missing:
//
//	kind         answer, reset-before, reset-after, truncated, html, garbage, empty, broken-gzip or stalled-page
//	status       of the answer, 200 to 599
//	header       members are added to the header of the answer
//	retry_after  value of the header Retry-After
//	body         of the answer, in place of the provider's own error
//	process      true carries the request out all the same
//	delay        how long to wait first, for example "2s"
//	times        how many requests meet the fault: 1 unless set, -1 without end
//	probability  share of the requests that meet the fault, above 0 to 1
//	seed         another seed draws other requests for probability
//	operation    only requests of one operation, see GET /_faults
//
// Anything else is refused with status 400 and a sentence that names what is wrong.
//
// # Time
//
// The clocks of vima, wallet and transactions stand still but for changes and
// /_advance; those of ecommpay and finik run with the machine's. A finik clock
// that was moved ahead refuses timestamps of now as expired, as a real clock
// skew would: sign with the "now" that /_advance answers.
//
// # Exit codes
//
// 0 after Ctrl-C or SIGTERM: no request is accepted any more, and those running
// have 5 seconds. 1 if a port is in use or a server fails. 2 for wrong arguments.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"text/tabwriter"
	"time"
	_ "time/tzdata" // names of zones in requests, also where the machine has none
)

const shutdownTimeout = 5 * time.Second

func main() {
	ctx, stop := untilStopped(context.Background())
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		if !errors.Is(err, errReported) {
			fmt.Fprintln(os.Stderr, "sandbox:", err)
		}
		os.Exit(exitCode(err))
	}
}

// untilStopped makes a context that ends at Ctrl-C, or at the SIGTERM of a
// supervisor or a container.
func untilStopped(parent context.Context) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(parent, os.Interrupt, syscall.SIGTERM)
}

// run serves until ctx ends, and returns nil then.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	s, err := parseSettings(args, stderr)
	if err != nil {
		return err
	}
	apis := newAPIs(s) //nolint:contextcheck // the fakes live until they are closed
	defer func() {
		for _, a := range apis {
			a.fake.Close()
		}
	}()
	b := &sandbox{settings: s, apis: apis, say: &console{to: stdout}}
	if err := b.listen(ctx); err != nil {
		return err
	}
	b.announce()
	return b.serve(ctx)
}

// sandbox is the page and the APIs with their listeners.
type sandbox struct {
	settings settings
	apis     []*api
	url      string // of the page
	open     []net.Listener
	say      *console
}

// listen opens all ports, or none and returns an error that names the port.
func (b *sandbox) listen(ctx context.Context) error {
	var err error
	if b.url, err = b.listenOn(ctx, "the page", "port", b.settings.port); err != nil {
		return err
	}
	for _, a := range b.apis {
		if a.origin, err = b.listenOn(ctx, a.name, a.name, b.settings.ports[a.name]); err != nil {
			return err
		}
	}
	return nil
}

func (b *sandbox) listenOn(ctx context.Context, what, flagName string, port int) (url string, err error) {
	var config net.ListenConfig
	address := net.JoinHostPort(b.settings.host, strconv.Itoa(port))
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		for _, open := range b.open {
			_ = open.Close()
		}
		return "", fmt.Errorf("%s cannot listen on %s, choose another port with -%s or another address with -host: %w", what, address, flagName, err)
	}
	b.open = append(b.open, listener)
	host, opened, _ := net.SplitHostPort(listener.Addr().String())
	if ip := net.ParseIP(host); ip.IsUnspecified() {
		host = "127.0.0.1" // where a program on this machine finds it
	}
	return "http://" + net.JoinHostPort(host, opened), nil
}

// serve serves all listeners until ctx ends or one of them fails.
func (b *sandbox) serve(ctx context.Context) error {
	handlers := []http.Handler{b.page()}
	delivering, stop := context.WithCancel(ctx)
	defer stop()
	var deliveries sync.WaitGroup
	for _, a := range b.apis {
		handlers = append(handlers, a.routes())
		if a.hook != nil && b.settings.webhooks[a.name] != "" {
			deliveries.Go(func() { a.hook.run(delivering, b.settings.webhooks[a.name], b.say) })
		}
	}
	failed := make(chan error, len(handlers))
	var servers []*http.Server
	for i, handler := range handlers {
		server := &http.Server{Handler: handler, ReadHeaderTimeout: 30 * time.Second, IdleTimeout: time.Minute}
		servers = append(servers, server)
		go func() { failed <- server.Serve(b.open[i]) }()
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	for _, server := range servers {
		if server.Shutdown(ending) != nil {
			_ = server.Close() // what is still running after that time is cut off
		}
	}
	stop()
	deliveries.Wait()
	if ctx.Err() != nil {
		b.say.printf("\nStopped.\n")
	}
	return err
}

// announce prints the addresses and who can reach them.
func (b *sandbox) announce() {
	var out strings.Builder
	fmt.Fprintf(&out, "Page with credentials and curl lines  %s\n\n", b.url)
	table := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	for _, a := range b.apis {
		_, _ = fmt.Fprintf(table, "%s\t%s\n", a.name, a.url())
	}
	_ = table.Flush()
	fmt.Fprintf(&out, "\n%s Ctrl-C stops the sandbox.\n", b.settings.reach())
	b.say.printf("%s", out.String())
}

// console is written to by several goroutines.
type console struct {
	mu sync.Mutex
	to io.Writer
}

func (c *console) printf(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = fmt.Fprintf(c.to, format, args...)
}

func exitCode(err error) int {
	if errors.Is(err, errUsage) {
		return 2
	}
	return 1
}
