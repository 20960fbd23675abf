package cost

// Prices in dollars, as AWS listed them for us-east-1 in 2025, without any free
// tier; other regions are up to a third dearer.
const (
	priceRequests  = 1.00 / 1e6   // HTTP API, each call
	priceInvoke    = 0.20 / 1e6   // Lambda, each invocation
	priceGBSecond  = 0.0000133334 // Lambda on arm64
	priceReadUnit  = 0.125 / 1e6  // DynamoDB on demand
	priceWriteUnit = 0.625 / 1e6  // the same
	priceLogGB     = 0.50         // CloudWatch Logs, taken in
)

// What can't be measured here. A warm function on Lambda waits for DynamoDB
// most of the time; a log line and an entry of the gateway's access log carry
// some bytes of Lambda and CloudWatch each.
const (
	frontSeconds  = 0.015
	frontGB       = 0.5
	feedSeconds   = 0.030
	feedGB        = 0.25
	accessLogLine = 200
	logOverhead   = 26
)

// callsPerSignIn is a login and a code. The platform checks the assertion
// itself, with the published keys; redeeming it would be a third call.
const callsPerSignIn = 2

// Item is one line of the bill, in dollars for a million sign-ins.
type Item struct {
	Name    string
	Dollars float64
}

// Bill says what a million sign-ins cost. notify is taken to run once for each
// sign-in; the busier the service, the more events one run files.
func (u Usage) Bill() []Item {
	const million = 1e6
	n := float64(u.SignIns)
	logged := float64(u.LogBytes)/n + callsPerSignIn*(accessLogLine+2*logOverhead)
	return []Item{
		{"gateway, 2 calls", million * callsPerSignIn * priceRequests},
		{"Lambda, 2 calls", million * callsPerSignIn * (priceInvoke + frontSeconds*frontGB*priceGBSecond)},
		{"Lambda, notify", million * (priceInvoke + feedSeconds*feedGB*priceGBSecond)},
		{"table, to decide", million * (u.Front.Read*priceReadUnit + u.Front.Write*priceWriteUnit) / n},
		{"table, the audit trail", million * (u.Feed.Read*priceReadUnit + u.Feed.Write*priceWriteUnit) / n},
		{"logs", million * logged / 1e9 * priceLogGB},
	}
}
