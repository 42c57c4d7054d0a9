package vimatest

import (
	"fmt"
	"strconv"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/fakeapi"
	"github.com/payclients/payclients-go/vima"
)

const (
	payerEmail = "payer@example.com"
	payerPhone = "+910000000000"
)

// facts are the values that several members of a generated operation share.
type facts struct {
	number              int // of the operation, from 0
	clientID, userID    string
	project, ip         string
	status              vima.Status
	payout, kyc         bool
	currency, country   string
	minor               int64     // requested, in hundredths, as the documentation says for all currencies
	fee                 int64     // in hundred-thousandths
	registered          time.Time // when the collector knows the operation
	finished, modified  time.Time
	otherAmount, second bool // the paid amount differs; a second request was needed
}

// facts returns the values of the i-th operation, which was created at at.
func (g *generator) facts(i int, at time.Time) facts {
	g.clientID = max(g.clientID+1, at.UnixMilli())
	f := facts{
		number: i, clientID: strconv.FormatInt(g.clientID, 10), userID: fakeapi.Hex(g.random, 32),
		project: fakeapi.Pick(g.random, vima.Project91Game, vima.Project91Game, vima.Project91Game,
			vima.ProjectMonetix, vima.ProjectMonetix, vima.ProjectCaroussel),
		status: g.status(), payout: g.percent(20), kyc: g.percent(5),
		registered:  at.Add(g.between(20*time.Millisecond, 3*time.Second)),
		otherAmount: g.percent(2), second: g.percent(2),
	}
	if g.percent(1) {
		f.clientID = f.id(at, 3) // more digits than a float has
	}
	f.finished = f.registered.Add(g.between(2*time.Second, 10*time.Minute))
	if !f.status.Final() {
		f.finished = f.registered.Add(g.between(0, time.Second))
	}
	f.modified = f.finished.Add(g.between(20*time.Millisecond, 3*time.Second))
	f.currency, f.country = g.currency(f.project)
	f.minor = 100 * (10 + g.random.Int64N(20_000)) // whole units
	if f.currency != "JPY" && f.currency != "INR" {
		f.minor += g.random.Int64N(100)
	}
	if g.percent(50) {
		f.fee = f.minor * 25 // 2.5 %
	}
	switch g.random.IntN(4) {
	case 0:
		f.ip = "192.0.2." + strconv.Itoa(1+g.random.IntN(254)) // reserved for documentation
	case 1:
		f.ip = fmt.Sprintf("2001:db8::%x", 1+g.random.IntN(0xffff))
	}
	return f
}

// status returns a random status.
func (g *generator) status() vima.Status {
	switch n := g.random.IntN(100); {
	case n < 62:
		return vima.StatusSuccess
	case n < 82:
		return vima.StatusFail
	case n < 92:
		return vima.StatusInProcess
	case n < 97:
		return vima.StatusUserInputRequired
	default:
		return fakeapi.Pick(g.random, vima.StatusFailed, vima.StatusInProcessSpaced, vima.StatusPending)
	}
}

// currency returns a currency and a country that suit the project.
func (g *generator) currency(project string) (currency, country string) {
	switch n := g.random.IntN(100); {
	case n == 0:
		return "JPY", "JP"
	case n == 1:
		return "KWD", "KW"
	case project == vima.Project91Game:
		return "INR", "IN"
	case n < 60:
		return "EUR", "DE"
	default:
		return "USD", "US"
	}
}

// id returns an id that holds t. No two kinds and no two operations share an id:
// its lowest bits are the number of the operation and kind, which is 0 to 3.
func (f facts) id(t time.Time, kind uint64) string {
	const numbers = 1 << (idShift - 2)
	return formatID(idAt(t, uint64(f.number%numbers)<<2|kind)) //nolint:gosec // not negative
}

// createParams returns the merchant's request.
func (f facts) createParams() vima.CreateParams {
	p := vima.CreateParams{Method: "payment.in", ServiceID: "14701"}
	if f.payout {
		p.Method = "payment.out"
	}
	p.Params.Payment = vima.Payment{
		Payer: vima.Payer{
			Email: payerEmail, Phone: payerPhone,
			Person:          vima.Person{FirstName: "Test", LastName: "Payer"},
			CustomerAccount: vima.CustomerAccount{ID: f.userID},
		},
		Amount:      vima.MinorAmount{ValueMinor: &f.minor, Currency: f.currency},
		Client:      vima.ClientInfo{Country: f.country, Language: "EN"},
		Identifiers: vima.Identifiers{CID: f.clientID},
	}
	return p
}

// addCards adds the requests to the payment gate and their results.
func (f facts) addCards(o *vima.Operation) {
	start := vima.CardStart{
		OperType: "deposit", ActionID: o.OperationID, PaymentID: o.OperationID, PaymentGate: "paymentgate",
		UserRef: f.userID, Currency: f.currency, Amount: major(f.minor, 2),
		CreatedAt: o.OperationCreatedAt, ModifiedAt: f.registered,
	}
	if f.payout {
		start.OperType = "withdrawal"
	}
	start.KYCVerification = new(int64(0))
	if f.kyc {
		start.KYCVerification = new(int64(1))
	}
	o.CardStart = []vima.CardStart{start}
	if f.second {
		start.ActionID = f.id(f.registered, 3)
		o.CardStart = append(o.CardStart, start)
	}
	o.CardFinish = []vima.CardFinish{}
	if !f.status.Final() {
		return
	}
	finish := vima.CardFinish{
		ActionID: start.ActionID, PaymentID: o.OperationID, Currency: f.currency, Amount: start.Amount,
		ChargedCurrency: f.currency, Result: string(f.status), CreatedAt: f.finished, ModifiedAt: f.modified,
	}
	if f.status == vima.StatusSuccess {
		paid := f.minor
		if f.otherAmount {
			paid -= 100
		}
		finish.ChargedAmount, finish.ChargedFee = major(paid, 2), major(f.fee, 5)
		o.CompleteAmount, o.CompleteCurrency = major(paid, 2), f.currency
		o.CompleteCreatedAt, o.CompleteModifiedAt = f.finished, f.modified
	}
	o.CardFinish = append(o.CardFinish, finish)
}

// major returns value divided by ten to the power of digits, with as many decimals
// as the provider prints.
func major(value int64, digits int) *decimal.Decimal {
	return new(decimal.MustNew(value, digits).Pad(amountTail))
}
