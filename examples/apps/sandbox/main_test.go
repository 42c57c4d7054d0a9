package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

func TestArguments(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args []string
		says string
	}{
		{[]string{"serve"}, "there is an argument behind the flags"},
		{[]string{"-host", ""}, "-host must not be empty"},
		{[]string{"-rows", "-1"}, "-rows must be 0 to 1000000"},
		{[]string{"-days", "0"}, "-days must be 1 to 366"},
		{[]string{"-vima", "70000"}, "-vima must be 0 to 65535"},
		{[]string{"-port", "-1"}, "-port must be 0 to 65535"},
		{[]string{"-vima", "9000", "-finik", "9000"}, "-vima and -finik are both 9000"},
		{[]string{"-wallet-webhook", "127.0.0.1:80"}, "-wallet-webhook must be a URL such as"},
		{[]string{"-finik-webhook", "ftp://a"}, "-finik-webhook must be a URL such as"},
	} {
		err := run(t.Context(), &cli.Call{Args: test.args, Out: io.Discard})
		require.ErrorContains(t, err, test.says)
		assert.Equal(t, 2, program().ExitCode(err))
	}
	for _, args := range [][]string{{"-nosuch"}, {"-port", "x"}, {"-seed", "-1"}} {
		var said bytes.Buffer
		err := run(t.Context(), &cli.Call{Args: args, Out: &said})
		require.ErrorIs(t, err, cli.ErrUsage)
		assert.Equal(t, 2, program().ExitCode(err))
		assert.Empty(t, said.String())
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	var said bytes.Buffer
	require.ErrorIs(t, run(t.Context(), &cli.Call{Args: []string{"-h"}, Out: &said}), flag.ErrHelp)
	for _, name := range append([]string{"host", "port", "seed", "rows", "days", "wallet-webhook", "finik-webhook"}, apiNames...) {
		_, rest, ok := strings.Cut(said.String(), "  -"+name+" ")
		require.True(t, ok, name)
		lines := strings.SplitN(rest, "\n", 3)
		assert.NotEmpty(t, strings.TrimSpace(lines[1]), "-%s is explained", name)
	}
}

func TestPortInUse(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	_, port, err := net.SplitHostPort(taken.Addr().String())
	require.NoError(t, err)
	args := []string{"-port", "0", "-vima", "0", "-ecommpay", "0", "-wallet", port, "-finik", "0", "-transactions", "0", "-rows", "0"}
	err = run(t.Context(), &cli.Call{Args: args, Out: io.Discard})
	require.ErrorContains(t, err, "wallet cannot listen on 127.0.0.1:"+port+", choose another port with -wallet")
	assert.Equal(t, 1, program().ExitCode(err))
	args[0], args[1], args[7] = "-port", port, "0"
	require.ErrorContains(t, run(t.Context(), &cli.Call{Args: args, Out: io.Discard}), "the page cannot listen on 127.0.0.1:"+port+", choose another port with -port")
	args[1] = "0"
	require.ErrorContains(t, run(t.Context(), &cli.Call{Args: append(args, "-host", "192.0.2.1"), Out: io.Discard}), "or another address with -host")
}

// A sandbox listens on loopback and says so; elsewhere it warns.
func TestReach(t *testing.T) {
	t.Parallel()
	r := start(t)
	assert.Contains(t, r.out.String(), "Only programs on this machine can connect.")
	for _, a := range r.apis {
		assert.True(t, strings.HasPrefix(a.URL, "http://127.0.0.1:"), a.URL)
	}
	for host, local := range map[string]bool{"127.0.0.1": true, "::1": true, "localhost": true, "0.0.0.0": false, "192.0.2.1": false, "example.com": false} {
		s := settings{host: host}
		assert.Equal(t, local, s.local(), host)
		assert.Equal(t, local, !strings.HasPrefix(s.reach(), "WARNING"), host)
	}
}

func TestReachBeyondThisMachine(t *testing.T) {
	t.Parallel()
	r := start(t, "-host", "0.0.0.0")
	assert.Contains(t, r.out.String(), "WARNING: everybody who can reach 0.0.0.0 can use the fakes")
	assert.Contains(t, r.get(t, r.page).text, `<p class="warning">WARNING`)
	assert.Equal(t, 200, r.get(t, vimaList(r)).status)
}

// What runs is finished, and only then the sandbox ends.
func TestStop(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.send(t, "POST", r.apis["vima"].Origin+"/_faults", `{"delay":"300ms"}`)
	slow := make(chan int, 1)
	go func() {
		answer, err := http.Get(vimaList(r))
		if assert.NoError(t, err) {
			_ = answer.Body.Close()
			slow <- answer.StatusCode
		}
	}()
	for len(requestsOf(t, r, "vima")) == 0 {
		runtime.Gosched()
	}
	require.NoError(t, r.stop())
	assert.Equal(t, 200, <-slow)
	assert.Contains(t, r.out.String(), "\nStopped.\n")
}

func TestSeed(t *testing.T) {
	t.Parallel()
	list := func(flags ...string) string { r := start(t, flags...); return r.get(t, vimaList(r)).text }
	first := list()
	assert.Equal(t, first, list("-seed", "1"))
	assert.NotEqual(t, first, list("-seed", "2"))
	assert.Equal(t, "[]", list("-rows", "0"))
}

// Events go to the given address, signed, and again where they are not
// acknowledged.
func TestWebhooks(t *testing.T) {
	t.Parallel()
	events, refused := make(chan *wallet.Event, 10), make(chan struct{}, 10)
	hook := wallet.Webhook{AppID: wallettest.DefaultAppID, AppSecret: wallettest.DefaultAppSecret}
	first := true
	shop := httptest.NewServer(hook.Handler(func(_ context.Context, e *wallet.Event) error {
		if first { // deliveries come one after the other
			first = false
			refused <- struct{}{}
			return errors.New("not now")
		}
		events <- e
		return nil
	}))
	defer shop.Close()
	r := start(t, "-wallet-webhook", shop.URL+"/hook")
	client, err := wallet.NewClient(r.apis["wallet"].URL, wallettest.DefaultCredentials())
	require.NoError(t, err)
	request := wallet.NewP2P(wallet.NewClientPaymentID(), wallettest.OtherPhone, decimal.MustParse("12.50"))
	created, err := client.CreatePayment(t.Context(), request)
	require.NoError(t, err)
	id := created.Payment.ID
	_, err = client.ExecutePayment(t.Context(), id, wallet.ExecutePaymentRequest{})
	require.NoError(t, err)
	for range 2 { // the second read sees the end
		_, err = client.GetPayment(t.Context(), id)
		require.NoError(t, err)
	}
	<-refused
	_, err = client.GetPayment(t.Context(), id) // any request makes it look again
	require.NoError(t, err)
	assert.Equal(t, id, (<-events).Payment.ID)

	assert.Equal(t, ledger{
		Transfers: []transfer{{
			"debit", strconv.FormatInt(id, 10), request.ClientPaymentID,
			"wallet " + wallettest.DefaultPhone, "wallet " + wallettest.OtherPhone, "12.50",
		}},
		Balances: map[string]string{wallettest.DefaultPhone: "9987.50", wallettest.OtherPhone: "12.50"},
	}, r.ledger(t, "wallet"))
	assert.Contains(t, r.get(t, r.apis["wallet"].Origin+"/_events").text, `"what": "complete"`)
	require.NoError(t, r.stop())
	assert.Contains(t, r.out.String(), "complete: not acknowledged, will be sent again\n")
}

// Finik's events are signed with a key that a port serves, also once time has
// brought a payment to its end.
func TestKeys(t *testing.T) {
	t.Parallel()
	r := start(t)
	origin := r.apis["finik"].Origin
	key, err := finik.ParsePrivateKey([]byte(r.get(t, origin+"/_key.pem").text))
	require.NoError(t, err)
	assert.True(t, key.Equal(finiktest.ClientKey()))
	public, err := finik.ParsePublicKey([]byte(r.get(t, origin+"/_webhook.pem").text))
	require.NoError(t, err)
	assert.True(t, public.Equal(finiktest.PublicKey()))
	assert.Equal(t, 404, r.get(t, r.apis["wallet"].Origin+"/_key.pem").status)
}
