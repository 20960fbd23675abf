package cost

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"sallyport/local/api"
	"sallyport/shared/totp"
)

// Usage is what sign-ins with a code took together.
type Usage struct {
	SignIns int
	// Front is what the functions behind the gateway took of the table, Feed
	// what notify took to file the events.
	Front, Feed Units
	// LogBytes is what the functions wrote into their logs.
	LogBytes int64
}

// Units are read and write units of the table.
type Units struct{ Read, Write float64 }

// LogCounter counts the bytes of log lines.
type LogCounter struct{ bytes atomic.Int64 }

var _ io.Writer = (*LogCounter)(nil)

// Write implements io.Writer.
func (l *LogCounter) Write(line []byte) (int, error) {
	l.bytes.Add(int64(len(line)))
	return len(line), nil
}

// Gauges are what a stack must be started with, to be measured.
type Gauges struct {
	Front, Feed Meter
	Log         LogCounter
}

// SignIns lets n persons sign in, each once (a login, a right code), and says
// what it took, the filing of the events included. The stack must give its
// meters and its log to g, and nobody else may use it meanwhile.
func SignIns(ctx context.Context, platform api.Client, g *Gauges, n int) (Usage, error) {
	r := &run{ctx: ctx, platform: platform, meter: &g.Front, path: "/v1/tenants/bill"}
	r.call(platform, http.StatusCreated, "PUT", r.path, map[string]string{"name": "Bill"})
	keys := make([]string, n)
	for i := range keys {
		r.user(person(i), "user")
		keys[i] = r.enrol(person(i))
	}
	// The codes that proved the apps are spent.
	r.call(platform, http.StatusOK, "POST", "/local/clock", map[string]string{"advance": (2 * totp.Period * time.Second).String()})
	r.signIn(person(0), keys[0])
	r.filed("code.accepted", 1)
	r.rested(&g.Feed)
	before := g.Log.bytes.Load()
	g.Front.take()
	g.Feed.take()
	for i, key := range keys[1:] {
		r.signIn(person(i+1), key)
	}
	u := Usage{SignIns: n - 1, LogBytes: g.Log.bytes.Load() - before}
	u.Front.Read, u.Front.Write = g.Front.take()
	r.filed("code.accepted", n)
	u.Feed.Read, u.Feed.Write = g.Feed.take()
	return u, r.err
}

func person(i int) string { return fmt.Sprintf("person-%03d", i) }

func (r *run) signIn(user, key string) {
	login := r.platform.With(r.login(user).Text("login"))
	code, err := api.Code(key, r.now())
	r.fail(err)
	r.call(login, http.StatusOK, "POST", "/v1/verify", map[string]string{"code": code})
}

// filed waits until so many events of a type stand in the trail.
func (r *run) filed(kind string, want int) {
	r.until("the events were not filed", func() bool {
		answer := r.call(r.platform, http.StatusOK, "GET", r.path+"/events?limit=200&type="+kind, nil)
		events, _ := answer.Value("items").([]any)
		return len(events) >= want
	})
}

// rested waits until what follows the events is done too: mails, counts.
func (r *run) rested(feed *Meter) {
	r.until("notify did not come to rest", func() bool {
		read, write := feed.take()
		return read+write == 0
	})
}

// until asks every half second, for a minute.
func (r *run) until(otherwise string, done func() bool) {
	ctx, cancel := context.WithTimeout(r.ctx, time.Minute)
	defer cancel()
	turn := time.NewTicker(500 * time.Millisecond)
	defer turn.Stop()
	for r.err == nil && !done() {
		select {
		case <-ctx.Done():
			r.fail(errors.New(otherwise))
		case <-turn.C:
		}
	}
}
