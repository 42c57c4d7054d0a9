package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/finik/finikjournal"
	"github.com/payclients/payclients-go/finik/finiktest"
)

// The demo posts so many payouts between two kills.
const posts = 20

// rampage is the demo: a gateway in this process, and the service as children.
type rampage struct {
	config

	folder   string
	srv      *finiktest.Server
	children []*child
	next     int // payout
}

// child is a process of the service.
type child struct {
	cmd *exec.Cmd
	url string
}

func demo(ctx context.Context, c config, out io.Writer) error {
	folder, err := os.MkdirTemp("", "payout-service-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)                                                                                               //nolint:errcheck // it is in the folder of temporary files
	r := &rampage{config: c, folder: folder, srv: finiktest.NewServer(finiktest.WithProcessingTime(300 * time.Millisecond))} //nolint:contextcheck // the fake lives until it is closed
	defer r.srv.Close()
	if !strings.HasPrefix(c.db, "postgres") {
		r.db = filepath.Join(folder, "payouts.db")
	}
	r.srv.AddAccount(finiktest.Account{ID: finiktest.DefaultAccountID, UserIDs: []string{finiktest.DefaultUserID}, Balance: decimal.MustNew(10_000_000, 0)})
	for i, f := range []finiktest.Fault{{Kind: finiktest.FaultResetAfter}, {Status: 503, Process: true}, {Kind: finiktest.FaultResetBefore}, {Status: 502}} {
		f.Probability, f.Seed = 0.03, uint64(i)
		r.srv.Inject(f)
	}
	if err := r.keys(); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "A gateway and processes at a time: %d; killing %d of them\n\n", c.processes, c.kills); err != nil {
		return err
	}
	err = r.rage(ctx)
	for _, p := range r.children {
		p.stop()
	}
	switch {
	case ctx.Err() != nil: // other errors came from that
		return ctx.Err()
	case err != nil:
		return err
	}
	return r.tell(ctx, out)
}

// rage puts load on the children and kills them, until every payout has ended.
func (r *rampage) rage(ctx context.Context) error {
	for range r.processes {
		p, err := r.start(ctx)
		if err != nil {
			return err
		}
		r.children = append(r.children, p)
	}
	for kill := range r.kills {
		if err := r.load(ctx); err != nil {
			return err
		}
		at := kill % len(r.children)
		if err := r.children[at].kill(); err != nil {
			return err
		}
		p, err := r.start(ctx)
		if err != nil {
			return err
		}
		r.children[at] = p
	}
	if err := r.load(ctx); err != nil {
		return err
	}
	return r.drain(ctx)
}

// keys are the files that the environment of a child names.
func (r *rampage) keys() error {
	private := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(finiktest.ClientKey())})
	der, err := x509.MarshalPKIXPublicKey(finiktest.PublicKey())
	if err != nil {
		return err
	}
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	return errors.Join(os.WriteFile(filepath.Join(r.folder, "private.pem"), private, 0o600), os.WriteFile(filepath.Join(r.folder, "public.pem"), public, 0o600))
}

// demoHook is the URL that webhook events are signed for. A load balancer would send them
// to one of the processes.
const demoHook = "https://shop.example.com/webhooks/finik"

// childVariable is the environment variable that makes a program of tests run the service.
const childVariable = "PAYOUT_SERVICE_CHILD"

func (r *rampage) start(ctx context.Context) (*child, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), program, "-db", r.db, "-listen", "127.0.0.1:0", "-book", r.book,
		"-account", finiktest.DefaultAccountID, "-user", finiktest.DefaultUserID, "-public-url", demoHook)
	cmd.Env = append(os.Environ(), childVariable+"=1", "FINIK_URL="+r.srv.URL(), "FINIK_API_KEY="+finiktest.DefaultAPIKey,
		"FINIK_PRIVATE_KEY_FILE="+filepath.Join(r.folder, "private.pem"), "FINIK_WEBHOOK_KEY_FILE="+filepath.Join(r.folder, "public.pem"))
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &child{cmd: cmd}
	lines := bufio.NewScanner(stderr)
	var said []string
	for lines.Scan() {
		said = append(said, lines.Text())
		if _, url, ok := strings.Cut(lines.Text(), "url="); ok {
			p.url = url
			go func() { _, _ = io.Copy(io.Discard, stderr) }()
			return p, nil
		}
	}
	return nil, fmt.Errorf("a process did not start: %s", strings.Join(said, "; "))
}

func (p *child) kill() error {
	err := p.cmd.Process.Kill()
	_ = p.cmd.Wait() // it says that it was killed
	return err
}

func (p *child) stop() {
	if p.cmd.ProcessState != nil {
		return
	}
	_ = p.cmd.Process.Signal(os.Interrupt)
	timer := time.AfterFunc(30*time.Second, func() { _ = p.cmd.Process.Kill() })
	defer timer.Stop()
	_ = p.cmd.Wait() // it may fail, because of the interrupt
}

// load posts payouts, each twice, and delivers webhook events.
func (r *rampage) load(ctx context.Context) error {
	for range posts {
		r.next++
		o := order{Reference: fmt.Sprintf("order-%04d", r.next), Service: finiktest.ServiceFinik, Fields: map[string]string{"phone": finiktest.DefaultPhone, "amount": "150.00"}}
		if r.next%2 == 0 {
			o.Service, o.Fields["code"] = finiktest.ServiceMobile, finiktest.ServiceMobileCode
		}
		for range 2 {
			if err := r.post(ctx, o); err != nil {
				return err
			}
		}
	}
	return r.deliver(ctx)
}

func (r *rampage) post(ctx context.Context, o order) error {
	body, err := json.Marshal(o)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.children[r.next%len(r.children)].url+"/payouts", bytes.NewReader(body))
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close() //nolint:errcheck // it was read
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode/100 != 2 {
		err = fmt.Errorf("status %d: %s", answer.StatusCode, text)
	}
	return err
}

func (r *rampage) deliver(ctx context.Context) error {
	_, err := r.srv.DeliverWebhooks(ctx, r.children[0].url+"/webhooks/finik", finiktest.DeliverParams{Attempts: 1, Duplicates: 20, Shuffle: true, PublicURL: demoHook})
	return err
}

// drain waits until every payout has ended. It ends the claims of killed processes, which
// would otherwise take minutes.
func (r *rampage) drain(ctx context.Context) error {
	r.srv.ClearFaults()
	s, err := open(ctx, r.config)
	if err != nil {
		return err
	}
	defer s.db.Close() //nolint:errcheck // every commit is done by then
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, err := s.db.ExecContext(ctx, `UPDATE payout_entries SET next_at = 1 WHERE state IN ('queued', 'sending', 'waiting')`); err != nil {
			return err
		}
		if err := r.deliver(ctx); err != nil {
			return err
		}
		stats, err := s.journal.Stats(ctx)
		if err != nil || len(stats.Open) == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// tell prints the ledger of the gateway and the states of the journal and the orders.
func (r *rampage) tell(ctx context.Context, out io.Writer) error {
	s, err := open(ctx, r.config)
	if err != nil {
		return err
	}
	defer s.db.Close() //nolint:errcheck // every commit is done by then
	states, twice, wrong := map[finikjournal.State]int{}, 0, 0
	for e, err := range s.journal.List(ctx, finikjournal.Filter{}) {
		if err != nil {
			return err
		}
		states[e.State]++
		if r.srv.Debits(e.TransactionID) > 1 {
			twice++
		}
		if (r.srv.Paid(e.TransactionID) == 1) != (e.State == finikjournal.Paid) {
			wrong++
		}
	}
	var orders int
	if err := s.db.QueryRowContext(ctx, `SELECT count(*) FROM orders WHERE state = 'paid'`).Scan(&orders); err != nil {
		return err
	}
	debits := 0
	for _, t := range r.srv.Ledger() {
		if t.Kind == finiktest.TransferDebit {
			debits++
		}
	}
	_, err = fmt.Fprintf(out, `%d payouts were posted, each twice; %d kills by SIGKILL; processes at a time: %d; 12 %% of the requests failed

journal   %d paid, %d failed, %d unknown
orders    %d paid
ledger    %d debits: %d payouts were paid twice, %d are not what the journal says
%s`, r.next, r.kills, r.processes, states[finikjournal.Paid], states[finikjournal.Failed], states[finikjournal.Unknown], orders, debits, twice, wrong, program().Offline())
	return err
}
