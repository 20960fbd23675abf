package cost

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"sallyport/local/api"
	"sallyport/shared/totp"
)

// Line is one request and what it consumed, in read and write units.
type Line struct {
	Request                string
	Read, Write            float64
	ReadBudget, WriteLimit float64
}

// Kept reports whether the request stayed within its budget.
func (l Line) Kept() bool { return l.Read <= l.ReadBudget && l.Write <= l.WriteLimit }

// readBudget is what any login or verify may read: the user strongly (1) and
// the tenant eventually (0.5).
const readBudget = 1.5

// Measure makes a tenant with people in every situation and measures their
// logins and codes. The stack behind platform must give its meter to m, and
// nobody else may use it meanwhile.
func Measure(ctx context.Context, platform api.Client, m *Meter) ([]Line, error) {
	r := &run{ctx: ctx, platform: platform, meter: m, path: "/v1/tenants/cost"}
	r.prepare()
	r.logins()
	r.codes()
	return r.lines, r.err
}

// run measures; its first error ends everything.
type run struct {
	ctx      context.Context
	platform api.Client
	meter    *Meter
	path     string
	key      string
	lines    []Line
	err      error
}

// prepare makes the tenant: "active" has a factor, "must" needs one, "free"
// needs none, "locked" typed five wrong codes.
func (r *run) prepare() {
	r.call(r.platform, 201, "PUT", r.path, map[string]string{"name": "Cost"})
	r.user("owner", "super_admin")
	for _, id := range []string{"active", "must", "free", "locked"} {
		r.user(id, "user")
	}
	r.call(r.platform, 200, "PUT", r.path+"/users/must/requirement", map[string]string{"requirement": "required"}, api.Actor("owner", r.now())...)
	r.key = r.enrol("active")
	r.enrol("locked")
	// Before the pause begins: the code that proved the app is spent, the next
	// one is not.
	r.call(r.platform, 200, "POST", "/local/clock", map[string]string{"advance": (totp.Period * time.Second).String()})
	person := r.platform.With(r.login("locked").Text("login"))
	for range 5 {
		r.call(person, 403, "POST", "/v1/verify", map[string]string{"code": r.wrong()})
	}
}

// logins measures one login for each decision.
func (r *run) logins() {
	for _, c := range []struct {
		user, decision string
		write          float64
	}{
		{"active", "verify", 0}, {"must", "enroll", 0}, {"locked", "deny", 0}, {"free", "allow", 1},
	} {
		r.meter.take()
		answer := r.login(c.user)
		r.line("login, decision "+c.decision, c.write)
		if got := answer.Text("decision"); r.err == nil && got != c.decision {
			r.err = fmt.Errorf("%s's login was answered with %q, want %q", c.user, got, c.decision)
		}
	}
}

// codes measures a code that is right, sent again, wrong, and during a pause.
func (r *run) codes() {
	code, err := api.Code(r.key, r.now())
	r.fail(err)
	active := r.platform.With(r.login("active").Text("login"))
	again := r.platform.With(r.login("active").Text("login"))
	locked := r.platform.With(r.login("locked").Text("login"))
	for _, c := range []struct {
		name   string
		person api.Client
		code   string
		status int
		write  float64
	}{
		{"verify, right code", active, code, 200, 1},
		{"verify, the same code again", again, code, 403, 0},
		{"verify, wrong code", again, r.wrong(), 403, 1},
		{"verify, during a pause", locked, r.wrong(), http.StatusTooManyRequests, 0},
	} {
		r.meter.take()
		r.call(c.person, c.status, "POST", "/v1/verify", map[string]string{"code": c.code})
		r.line(c.name, c.write)
	}
}

// line notes what was consumed since the last take.
func (r *run) line(request string, write float64) {
	l := Line{Request: request, ReadBudget: readBudget, WriteLimit: write}
	l.Read, l.Write = r.meter.take()
	r.lines = append(r.lines, l)
}
