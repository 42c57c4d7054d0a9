package transactionstest

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/fakeapi"
	"github.com/payclients/payclients-go/internal/wire"
	"github.com/payclients/payclients-go/transactions"
)

// Plan says what [Generate] makes. The same plan makes the same transactions, byte
// for byte.
type Plan struct {
	Transactions int       // how many; 0 or less is none
	Seed         uint64    // another seed makes other transactions
	From         time.Time // the beginning of the first day; the zero time is 2026-01-01 UTC
	Days         int       // the number of days over which they are spread evenly; 0 is 1, and a negative number panics
	FirstID      int64     // id of the first transaction; each next id is one higher; 0 is 100000001, and a negative id panics
}

// Generate makes up p.Transactions transactions for [Server.Seed], the one with the
// lowest id first. The same Plan makes the same transactions, byte for byte. If
// p.Transactions is 0 or negative, Generate returns an empty slice. The zero p.From
// means 2026-01-01 UTC, p.Days 0 means 1, and p.FirstID 0 means 100000001. Generate
// panics if p.Days or p.FirstID is negative.
//
// Most transactions are in UZS and paid. Some were only checked and so have no
// sender, and some are failures, refunds and tests. Raw is in the service's spelling,
// and decoding Raw returns the fields. A few transactions have what a client must
// cope with: doubles written as 1.0E7, times with nine digits after the point, "" in
// place of NULL, undocumented statuses and kinds. A transaction takes about 1.5 KB.
//
// All data is invented. The sender is always Test Payer. Accounts are phone numbers
// that do not exist, logins, 32 hexadecimal digits, and 16 digits with the wrong
// check digit for a card.
func Generate(p Plan) []*transactions.Transaction {
	return slices.AppendSeq(make([]*transactions.Transaction, 0, max(p.Transactions, 0)), p.All())
}

// All iterates over the transactions that [Generate] returns for p, one by one,
// without holding them all in memory. Each range statement starts over and yields the
// same transactions. The zero p.From means 2026-01-01 UTC, p.Days 0 means 1, and
// p.FirstID 0 means 100000001. All panics at the call, before the iteration, if
// p.Days or p.FirstID is negative.
func (p Plan) All() iter.Seq[*transactions.Transaction] {
	if p.From.IsZero() {
		p.From = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	}
	if p.Days == 0 {
		p.Days = 1
	}
	if p.FirstID == 0 {
		p.FirstID = firstID
	}
	if p.Days < 0 || p.FirstID < 0 {
		panic(fmt.Sprintf("transactionstest: Plan: %d days from id %d", p.Days, p.FirstID))
	}
	return func(yield func(*transactions.Transaction) bool) {
		g := newGenerator(p.Seed, 0)
		step := time.Duration(p.Days) * 24 * time.Hour / time.Duration(max(p.Transactions, 1))
		for i := range p.Transactions {
			at := p.From.Add(time.Duration(i)*step + time.Duration(g.random.Int64N(int64(max(1, step)))))
			if !yield(g.transaction(p.FirstID+int64(i), at)) {
				return
			}
		}
	}
}

// generator makes transactions at random.
type generator struct{ random *rand.Rand }

// newGenerator returns a generator; each stream of a seed is another sequence.
func newGenerator(seed, stream uint64) *generator {
	return &generator{random: fakeapi.NewRand(seed, stream)}
}

// transaction makes a transaction that was created at at.
func (g *generator) transaction(id int64, at time.Time) *transactions.Transaction {
	at = at.UTC().Truncate(fakeapi.Pick(g.random, time.Second, time.Millisecond, time.Microsecond, time.Microsecond))
	if g.percent(1) {
		at = at.Truncate(time.Microsecond).Add(123 * time.Nanosecond)
	}
	status, paid, settled := g.status()
	amount := 100 * (100 + g.random.Int64N(2_000_000)) // whole units
	if g.percent(10) {
		amount += g.random.Int64N(100)
	}
	large := id%1000 == 999 // large enough for a double to be written as 1.0E7
	if large {
		amount = 1_000_000_000 + amount*10
	}
	commission := int64(0)
	if g.percent(30) {
		commission = amount / 100
	}
	currency := g.currency()
	t := &transactions.Transaction{
		ID: id, Status: status, PayType: g.payType(), Date: at, Main: new(!g.percent(3)),
		RequestTrID: g.uuid(), RequestLogin: fakeapi.Pick(g.random, "mobile_app_user", "terminal_user", "Web_User"),
		RequestGroup: "mobile_app", RequestSubAccount: "mobile_app", RequestAmount: &amount, RequestCcy: &currency,
		RecipientAccount: g.account(), RecipientName: "Provider Name", RecipientServiceID: new(200_001_001 + g.random.Int64N(20)),
		RecipientBillID: new(900_000_000 + id%100_000_000), RecipientAmount: new(amount - commission/2), RecipientCcy: &currency,
		RecipientTrID: fakeapi.Digits(g.random, 11), RecipientGateway: fakeapi.Pick(g.random, "external-gateway", "SvGate", "paynet_gateway", "100%_gate"),
		GatewayAmount: new(decimal.MustNew(amount, 2)), RoundAmount: new(decimal.Zero), AmountRatio: new(decimal.One), CcyRate: new(int64(100)),
		AgentFeeAmount: new(int64(0)), SystemFeeAmount: new(int64(0)), SystemFee: new(decimal.Zero),
		SystemCommissionUpAmount: &commission, SystemCommissionDownAmount: new(commission / 2), SystemCurrency: new(int32(860)),
		EposMerchant: "-", EposTerminal: "-", Category: "mobile_connection",
		CreatedBy: "system_user", CreatedDate: at, LastModifiedBy: "system_user",
		LastModifiedDate: at.Add(g.upTo(90 * time.Second)).Truncate(time.Microsecond),
	}
	if g.percent(20) {
		t.EposMerchant, t.EposTerminal = "9000"+fakeapi.Digits(g.random, 8), "99"+fakeapi.Digits(g.random, 6)
	}
	if g.percent(10) {
		t.LastModifiedBy = "operator"
	}
	if settled {
		t.RecipientSuccess, t.RecipientStatus = new(paid), "false"
		t.RecipientDate = at.Add(g.upTo(time.Minute)).Truncate(time.Millisecond)
		if paid {
			t.RecipientStatus, t.RecipientStatusText = "true", "Проведено успешно"
		}
	} else {
		t.RecipientTrID, t.RecipientBillID = "", nil
	}
	if g.percent(60) && settled {
		g.addSender(t, amount+commission, currency, paid)
	}
	how := spelling{doubles: g.random.IntN(3)}
	if large {
		how.doubles = 0
	}
	for _, d := range []*decimal.Decimal{t.GatewayAmount, t.RoundAmount, t.AmountRatio, t.SystemFee} {
		*d = decimalOf(how.double(*d)) // with as many digits as are written
	}
	if g.percent(4) && t.SenderStatus == "" {
		how.empty = []string{"senderStatus"}
	}
	if g.percent(2) {
		how.omitNulls = true
	}
	t.Raw = render(t, how)
	return t
}

// addSender adds the sender's side, which is NULL in a transaction that took no
// money.
func (g *generator) addSender(t *transactions.Transaction, amount int64, currency int32, paid bool) {
	t.SenderAccount, t.SenderName, t.SenderTrID = g.account(), "Test Payer", g.uuid()
	t.SenderServiceID, t.SenderBillID = new(int64(0)), new(g.random.Int64N(1_000_000))
	t.SenderAmount, t.SenderCcy, t.SenderSuccess = &amount, &currency, new(paid || g.percent(50))
	t.SenderDate = t.Date.Add(g.upTo(10 * time.Second)).Truncate(time.Millisecond)
	t.SenderStatus, t.SenderGateway = fakeapi.Pick(g.random, "OK", "0", "APPROVED", "approved"), "mobile_app"
	t.SenderStatusText = "Approved"
}

// status returns a random status, whether money was paid, and whether the
// recipient's side is finished.
func (g *generator) status() (s transactions.Status, paid, settled bool) {
	switch n := g.random.IntN(100); {
	case n < 75:
		return transactions.StatusSuccess, true, true
	case n < 88:
		return transactions.StatusCheckOK, false, false
	case n < 95:
		return "FAILED", false, true
	case n < 98:
		return "REVERSED_2", false, true
	}
	return "PROCESSING", false, false
}

// payType returns a random kind; "" is NULL.
func (g *generator) payType() transactions.PayType {
	switch n := g.random.IntN(100); {
	case n < 90:
		return transactions.PayTypePayment
	case n < 95:
		return transactions.PayTypeRefund
	case n < 98:
		return transactions.PayTypeTest
	}
	return ""
}

// currency returns UZS nearly always.
func (g *generator) currency() int32 {
	switch n := g.random.IntN(100); {
	case n < 94:
		return 860
	case n < 97:
		return 840
	}
	return 643
}

// account returns a random account that does not exist.
func (g *generator) account() string {
	switch n := g.random.IntN(100); {
	case n < 60:
		return "99800" + fmt.Sprintf("%07d", g.random.IntN(10_000_000)) // no operator has 00
	case n < 75:
		return fakeapi.Pick(g.random, "mobile_app_user", "Wallet.User", "wallet_user")
	case n < 90:
		return fakeapi.Hex(g.random, 32)
	}
	return notACard(g.random)
}

// notACard returns 16 digits with a wrong check digit.
func notACard(r *rand.Rand) string {
	digits := "8600" + fmt.Sprintf("%011d", r.Int64N(100_000_000_000))
	sum := 0
	for i, c := range digits {
		n := int(c - '0')
		if i%2 == 0 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	right := (10 - sum%10) % 10
	return digits + string(rune('0'+(right+1+r.IntN(9))%10))
}

// decimalOf parses an amount that this package made.
func decimalOf(text string) decimal.Decimal {
	d, err := wire.Decimal(text)
	if err != nil {
		panic(err) // amounts made here have few digits
	}
	return d
}

// uuid returns a random UUID.
func (g *generator) uuid() string {
	hex := fakeapi.Hex(g.random, 32)
	return strings.Join([]string{hex[:8], hex[8:12], "4" + hex[13:16], "a" + hex[17:20], hex[20:]}, "-")
}

// upTo returns a random duration below d.
func (g *generator) upTo(d time.Duration) time.Duration {
	return time.Duration(g.random.Int64N(int64(d)))
}

// percent returns true n times in a hundred, at random.
func (g *generator) percent(n int) bool { return g.random.IntN(100) < n }
