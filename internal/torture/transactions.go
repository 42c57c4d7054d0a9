package torture

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/payclients/payclients-go/internal/fakeapi"
	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

// The token of the client of transactions, the made-up account and name in the
// rows of its fake, and the number of days over which the rows are spread.
const (
	transactionsToken   = "t0rtureTOKEN-/+="
	transactionsAccount = "998000555111"
	transactionsName    = "Leakrecipient"
	transactionsDays    = 3
)

var transactionsStart = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

var transactionsProvider = &Provider{
	Package:     "transactions",
	Start:       startTransactions,
	Credentials: []string{"token"},
	Secrets:     []string{"t0rtureTOKEN", transactionsAccount, transactionsName},
	Sentinels: map[int]error{
		401: transactions.ErrUnauthorized, 403: transactions.ErrForbidden, 404: transactions.ErrNotFound, 429: transactions.ErrRateLimited,
	},
	TooLarge:      transactions.ErrResponseTooLarge,
	Stalled:       transactions.ErrPaginationStalled,
	RetryOn500:    true,
	Unauthorized:  `{"status":401,"title":"Unauthorized"}`,
	Refusal:       `{"title":"Leakrecipient","status":400,"detail":"998000555111","message":"error.validation"}`,
	RefusalStatus: 400,
	Status: func(err error) (int, bool) {
		var refusal *transactions.Error
		var decode *transactions.DecodeError
		switch {
		case errors.As(err, &refusal):
			return refusal.StatusCode, true
		case errors.As(err, &decode):
			return decode.StatusCode, true
		}
		return 0, false
	},
	RetryAfter: func(err error) (time.Duration, bool) {
		var refusal *transactions.Error
		if !errors.As(err, &refusal) {
			return 0, false
		}
		return refusal.RetryAfter, true
	},
	Client: (*transactions.Client)(nil),
	Rejected: []func() error{
		transactionsRejects("https://api.invalid/?token="+transactionsToken, transactions.StaticToken(transactionsToken)),
		transactionsRejects("https://x:"+transactionsToken+"@api.invalid/", transactions.StaticToken(transactionsToken)),
		transactionsRejects("http://api.invalid/"+transactionsToken, transactions.StaticToken(transactionsToken)),
		transactionsRejects("https://api.invalid/", nil),
		transactionsRejects("https://api.invalid/", transactions.StaticToken(transactionsToken), transactions.WithUserAgent(transactionsToken+"\n")),
		func() error {
			_, err := transactions.PasswordTokens("https://api.invalid/?a="+transactionsToken, transactionsName, transactionsToken)
			return err
		},
	},
}

func transactionsOperations() []Operation {
	list := transactions.ListTransactionsParams{Size: 10, Sort: []transactions.Sort{{Field: transactions.FieldID}}}
	small := transactions.PageSize(10)
	var all transactions.Filter
	calls := map[string]transactionsCaller{
		"ListTransactions": func(ctx context.Context, c *transactions.Client, o transactions.CallOption) transactionsPages {
			return func(yield func(*transactions.TransactionPage, error) bool) { yield(c.ListTransactions(ctx, list, o)) }
		},
		"TransactionPages": func(ctx context.Context, c *transactions.Client, o transactions.CallOption) transactionsPages {
			return c.TransactionPages(ctx, list, o)
		},
		"AllTransactions": func(ctx context.Context, c *transactions.Client, o transactions.CallOption) transactionsPages {
			return transactionsRows(c.AllTransactions(ctx, list, o))
		},
		"WalkTransactionPages": func(ctx context.Context, c *transactions.Client, o transactions.CallOption) transactionsPages {
			return c.WalkTransactionPages(ctx, all, o, small)
		},
		"WalkTransactions": func(ctx context.Context, c *transactions.Client, o transactions.CallOption) transactionsPages {
			return transactionsRows(c.WalkTransactions(ctx, all, o, small))
		},
		"WalkUpdatedPages": func(ctx context.Context, c *transactions.Client, o transactions.CallOption) transactionsPages {
			return c.WalkUpdatedPages(ctx, time.Time{}, all, o, small)
		},
		"WalkUpdated": func(ctx context.Context, c *transactions.Client, o transactions.CallOption) transactionsPages {
			return transactionsRows(c.WalkUpdated(ctx, time.Time{}, all, o, small))
		},
		"TransactionPagesByDay": func(ctx context.Context, c *transactions.Client, o transactions.CallOption) transactionsPages {
			return c.TransactionPagesByDay(ctx, transactionsStart, transactionsStart.AddDate(0, 0, transactionsDays), transactionsDays, all, o, small)
		},
	}
	calls["Do"] = func(ctx context.Context, c *transactions.Client, _ transactions.CallOption) transactionsPages {
		return func(yield func(*transactions.TransactionPage, error) bool) {
			page := new(transactions.TransactionPage)
			yield(page, free(&page.Transactions)(c.Do(ctx, http.MethodGet, "api/transactions?size=10&sort=id", nil)))
		}
	}
	var rows []Operation
	for name, call := range calls {
		width, kind := 1, transport.ReadOnly
		if name == "Do" {
			kind = transport.ReadOnce
		}
		if name == "TransactionPagesByDay" {
			width = transactionsDays
		}
		rows = append(rows, Operation{Provider: transactionsProvider, Name: name, Kind: kind, Width: width, Call: call.run})
	}
	slices.SortFunc(rows, func(a, b Operation) int { return strings.Compare(a.Name, b.Name) })
	return rows
}

// transactionsCaller calls a method of the client once and returns an iteration
// over its pages, which sends the requests. transactionsPages is such an
// iteration; whoever ranges over it stops at the first error.
type (
	transactionsCaller func(context.Context, *transactions.Client, transactions.CallOption) transactionsPages
	transactionsPages  = iter.Seq2[*transactions.TransactionPage, error]
)

func (call transactionsCaller) run(ctx context.Context, s Settings) ([]string, error) {
	tokens := transactions.StaticToken(transactionsToken)
	if s.CredentialErr != nil {
		tokens = brokenToken{s.CredentialErr}
	} else {
		s.keep(tokens)
	}
	options := []transactions.Option{
		transactions.WithHTTPClient(s.HTTPClient), transactions.WithTimeout(s.Timeout), transactions.WithRetry(transactions.RetryPolicy(s.Retry)),
		transactions.WithMaxResponseBytes(s.MaxResponseBytes), transactions.WithLogger(s.Logger),
	}
	if s.RatePerSecond > 0 {
		options = append(options, transactions.WithRateLimit(s.RatePerSecond, 1))
	}
	if s.Observer != nil {
		options = append(options, transactions.WithObserver(func(ctx context.Context, a transactions.Attempt) { s.Observer(ctx, transport.Attempt(a)) }))
	}
	for _, m := range s.Middleware {
		options = append(options, transactions.WithMiddleware(m))
	}
	client, err := transactions.NewClient(s.URL, tokens, options...)
	if err != nil {
		return nil, err
	}
	var captured transactions.Response
	capture := transactions.CaptureResponse(&captured)
	s.keep(client, *client, options, capture)
	var got []string
	for page, err := range call(ctx, client, capture) {
		s.keep(captured, &captured)
		if err != nil {
			return got, err
		}
		s.keep(page, *page, page.Transactions, page.Bad)
		for _, t := range page.Transactions {
			s.keep(t, *t)
			got = append(got, strconv.FormatInt(t.ID, 10))
		}
	}
	slices.Sort(got) // days come in any order
	return got, nil
}

// transactionsRows returns an iteration that yields each row of rows as a page
// with this row only, so that all operations have one form. An error is passed
// on unchanged with a nil page.
func transactionsRows(rows iter.Seq2[*transactions.Transaction, error]) transactionsPages {
	return func(yield func(*transactions.TransactionPage, error) bool) {
		for t, err := range rows {
			var page *transactions.TransactionPage
			if err == nil {
				page = &transactions.TransactionPage{Transactions: []*transactions.Transaction{t}}
			}
			if !yield(page, err) {
				return
			}
		}
	}
}

// startTransactions starts a fake of transactions with the rows of
// transactionsSeed. The rows hold made-up accounts and names: tests look for
// them in all that is printed. The caller closes the fake. Its Effects is nil,
// because the client only reads. startTransactions panics if the fake cannot
// listen.
func startTransactions() *Fake {
	srv := transactionstest.NewServer()
	srv.Seed(transactionsSeed()...)
	service := srv.Handler()
	front := fakeapi.NewServer(fakeapi.Config{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The fake has a token of its own.
		if r.Header.Get("Authorization") == "Bearer "+transactionsToken {
			r = r.Clone(r.Context())
			r.Header.Set("Authorization", "Bearer "+transactionstest.DefaultToken)
		}
		service.ServeHTTP(w, r)
	})})
	return &Fake{
		URL: front.URL(), Hits: func() int { return len(front.Requests()) },
		Close: func() { front.Close(); srv.Close() },
	}
}

// transactionsSeed returns the 24 transactions of every fake, spread over three
// days. It makes them at the first call, because tests start hundreds of fakes.
// Every call returns the same transactions, so do not change them. It is safe
// for concurrent use.
var transactionsSeed = sync.OnceValue(func() []*transactions.Transaction {
	made := transactionstest.Generate(transactionstest.Plan{Transactions: 24, Seed: 1, From: transactionsStart, Days: transactionsDays})
	for _, t := range made {
		t.RecipientAccount, t.SenderAccount, t.RequestLogin = transactionsAccount, transactionsAccount, transactionsName
		t.RecipientName, t.SenderName, t.Comment = transactionsName, transactionsName, transactionsName
		t.Raw = nil
	}
	return made
})

type brokenToken struct{ err error }

func (b brokenToken) Token(context.Context, string) (string, error) { return "", b.err }

func transactionsRejects(baseURL string, tokens transactions.TokenSource, options ...transactions.Option) func() error {
	return func() error {
		_, err := transactions.NewClient(baseURL, tokens, options...)
		if err == nil || !errors.Is(err, transactions.ErrInvalidRequest) || !strings.HasPrefix(err.Error(), "transactions: ") {
			return nil
		}
		return err
	}
}
