package finik_test

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
	"github.com/payclients/payclients-go/internal/pipenet"
)

// A network element forgets the connection between two payouts. With every
// default no outcome is unknown, and each payout is made once.
func TestPayoutsOverAForgottenConnection(t *testing.T) { //nolint:paralleltest // http.DefaultTransport is replaced
	srv := finiktest.NewServer()
	defer srv.Close()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(2 * 365 * 24 * time.Hour) // timestamps of the year 2000 have too few digits
		usual := http.DefaultTransport
		defer func() { http.DefaultTransport = usual }()
		wire, network := pipenet.Serve(t, srv.Handler())
		http.DefaultTransport = wire
		c, err := finik.NewClient("https://gateway.example.com", finiktest.DefaultCredentials())
		require.NoError(t, err)
		defer c.CloseIdleConnections()
		unknown := 0
		for i := range 6 {
			_, err := c.CreatePayment(t.Context(), transfer(finik.NewTransactionID()))
			if errors.Is(err, finik.ErrOutcomeUnknown) {
				unknown++
			} else {
				require.NoError(t, err)
			}
			if i == 0 {
				network.Forget()
			}
		}
		assert.Zero(t, unknown)
		assert.EqualValues(t, 2, network.Dials())
	})
}
