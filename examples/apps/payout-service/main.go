// Payout-service is a service that pays: an HTTP endpoint that stores an order and its
// payout in one transaction, workers that send what is due, webhook events, and what a
// person and a monitor need.
//
//	go -C examples/apps run ./payout-service
//
// needs no account and no network: it starts finiktest, the fake gateway that comes with
// this module, and itself as children on a SQLite file of its own. It puts load on them,
// kills them with SIGKILL again and again, and prints what the ledger of the gateway says.
//
// The environment says how to reach the real service; -h lists flags and variables. Then
// it serves until SIGINT or SIGTERM:
//
//	POST /payouts                       {"reference", "service", "fields"}; 201, 200 for a repeat, 409 for another content
//	GET  /payouts/{reference}           with its history
//	POST /payouts/{reference}/settle    {"as": "paid" or "failed", "paymentId", "by", "reason"}
//	POST /accounts/{account}/pause      {"by", "reason"}; /accounts/{account}/resume likewise
//	GET  /unsettled                     what a person should look at, with the question for the provider
//	POST /webhooks/finik                webhook events of the provider
//	GET  /metrics, GET /healthz         for Prometheus and a load balancer
//
// It does not ask for a password. Keep it on a private network, and open only
// /webhooks/finik to the outside.
package main

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/payclients/payclients-go/examples/apps/internal/address"
	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finikjournal"
)

func main() { program().Main(run) }

// config holds the flags and the variables of the environment.
type config struct {
	db, listen, book string
	account, user    string
	publicURL        string
	processes, kills int
}

func program() *cli.Program {
	return &cli.Program{
		Name: "payout-service", Redact: address.Redact,
		Invalid: []error{finik.ErrInvalidRequest, finikjournal.ErrInvalidRequest},
		About: "Pays by Finik what is posted to it, each payout once, also where it is killed.\n" +
			"Without FINIK_URL it is a demo that kills its own processes.",
		Variables: `
FINIK_URL               base URL: ` + finik.ProductionURL + `,
                        or ` + finik.BetaURL + `, where no money moves
FINIK_API_KEY           of the client
FINIK_PRIVATE_KEY_FILE  PEM, PKCS#1 or PKCS#8
FINIK_WEBHOOK_KEY_FILE  public key of webhook events, PEM`,
		Files: `
payouts.db  the SQLite file that -db names: orders, payouts and their history; keep it`,
		Codes: `
0    ended by SIGINT or SIGTERM: requests under way had 15 seconds; or the demo is done
1    something failed
2    wrong flags, environment or files: nothing was sent
130  the demo was interrupted by SIGINT or SIGTERM`,
		Real: `
make apps
FINIK_URL=` + finik.BetaURL + ` FINIK_API_KEY=… FINIK_PRIVATE_KEY_FILE=… \
bin/payout-service -account … -user …`,
	}
}

func run(ctx context.Context, call *cli.Call) error {
	var c config
	p := program()
	flags := p.Flags()
	flags.StringVar(&c.db, "db", "payouts.db", "a SQLite `file`, or the URL of a PostgreSQL; the demo takes a URL only, and has a file of its own")
	flags.StringVar(&c.listen, "listen", "127.0.0.1:8085", "address to serve at")
	flags.StringVar(&c.book, "book", "payout-service-local", "name of the book; part of every TransactionID, so keep it for ever")
	flags.StringVar(&c.account, "account", "", "account that is debited")
	flags.StringVar(&c.user, "user", "", "user on whose behalf")
	flags.StringVar(&c.publicURL, "public-url", "", "address that webhook events are sent to; needed with FINIK_WEBHOOK_KEY_FILE")
	flags.IntVar(&c.processes, "processes", 1, "demo: processes that work at a time")
	flags.IntVar(&c.kills, "kills", 6, "demo: how often one of them is killed")
	if err := p.Parse(flags, call); err != nil {
		return err
	}
	if !address.IsPostgres(c.db) && !address.IsPath(c.db) {
		return fmt.Errorf("%w: %s", cli.ErrUsage, address.Rule)
	}
	if call.Env("FINIK_URL") == "" {
		if c.processes < 1 || c.processes > 10 || c.kills < 0 {
			return fmt.Errorf("%w: -processes must be 1 to 10, and -kills not below 0", cli.ErrUsage)
		}
		return demo(ctx, c, call.Out)
	}
	if c.account == "" || c.user == "" {
		return fmt.Errorf("%w: -account and -user are needed", cli.ErrUsage)
	}
	return serve(ctx, c, call)
}

// serve runs the service until ctx ends. Then no more payouts are taken, and requests under
// way may go on for 15 seconds.
func serve(ctx context.Context, c config, call *cli.Call) error {
	client, hook, err := provider(c, call.Env)
	if err != nil {
		return err
	}
	s, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer s.db.Close() //nolint:errcheck // every commit is done by then
	s.hook, s.log = hook, cli.Log(call.Err)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	looped := make(chan error, 1)
	go func() {
		looped <- s.journal.Loop(ctx, client, finikjournal.Params{Poll: 200 * time.Millisecond, OnEvent: s.event})
		stop()
	}()
	err = cli.Serve(ctx, s.log, c.listen, s.handler(), func(url string) error {
		s.log.Info("payout-service listens", "url", url)
		<-ctx.Done()
		s.log.Info("payout-service stops: no payout is begun, and requests under way may go on for 15 seconds")
		return nil
	})
	stop()
	return errors.Join(err, <-looped)
}

// provider returns a client of the service that the environment names.
func provider(c config, env func(string) string) (*finik.Client, finik.Webhook, error) {
	hook := finik.Webhook{PublicURL: c.publicURL}
	pem, err := os.ReadFile(env("FINIK_PRIVATE_KEY_FILE"))
	if err != nil {
		return nil, hook, fmt.Errorf("%w: FINIK_PRIVATE_KEY_FILE: %w", cli.ErrUsage, err)
	}
	key, err := finik.ParsePrivateKey(pem)
	if err != nil {
		return nil, hook, err
	}
	signer, err := finik.RSASigner(key)
	if err != nil {
		return nil, hook, err
	}
	if name := env("FINIK_WEBHOOK_KEY_FILE"); name != "" {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, hook, fmt.Errorf("%w: FINIK_WEBHOOK_KEY_FILE: %w", cli.ErrUsage, err)
		}
		public, err := finik.ParsePublicKey(text)
		if err != nil {
			return nil, hook, err
		}
		hook.Keys = []*rsa.PublicKey{public}
	}
	client, err := finik.NewClient(env("FINIK_URL"), finik.Credentials{APIKey: env("FINIK_API_KEY"), Signer: signer}, finik.WithServerClock())
	return client, hook, err
}

// open opens the database and creates missing tables.
func open(ctx context.Context, c config) (*service, error) {
	db, postgres, err := address.Open(c.db)
	if err != nil {
		return nil, err
	}
	dialect := finikjournal.SQLite
	if postgres {
		dialect = finikjournal.PostgreSQL
	}
	s := &service{config: c, db: db, postgres: postgres}
	s.journal, err = finikjournal.New(db, dialect, c.book, finikjournal.Plain(), finikjournal.OnSettle(s.settled))
	if err == nil {
		err = s.journal.Migrate(ctx)
	}
	if err == nil {
		_, err = db.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS orders (reference VARCHAR(100) PRIMARY KEY, state VARCHAR(20) NOT NULL)`)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}
