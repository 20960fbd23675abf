package twofactor_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"sallyport/shared/twofactor"
)

// list reads a list of users to its end and returns their ids.
func (r *rig) list(c twofactor.Caller, tenant string, q twofactor.UserQuery) []string {
	r.t.Helper()
	var ids []string
	for range 1000 {
		views, next, err := twofactor.NewUsers(r.deps).List(r.ctx, c, tenant, q)
		r.ok(err)
		if q.Limit > 0 && len(views) > q.Limit {
			r.t.Fatalf("a page of %d users, limit %d", len(views), q.Limit)
		}
		for _, view := range views {
			ids = append(ids, view.ID)
		}
		if next == "" {
			return ids
		}
		q.Cursor = next
	}
	r.t.Fatal("the list does not end")
	return nil
}

// crowd makes users of several kinds and returns all ids of the tenant, sorted.
func (r *rig) crowd(tenant string) []string {
	r.t.Helper()
	ids := []string{"root"}
	for i := range 12 {
		ids = append(ids, r.user(tenant, fmt.Sprintf("u%02d", i)).User)
	}
	for i, id := range []string{"u03", "u07"} {
		auth := r.auth(twofactor.Ref{Tenant: tenant, User: id})
		auth.Factor = &twofactor.Factor{Secret: twofactor.SecretBytes("sealed"), Disabled: i == 0}
		auth.OpenReset = &twofactor.OpenReset{ID: "r" + id, CreatedAt: r.clock(), Generation: auth.Generation}
		r.put(auth)
	}
	auth := r.auth(twofactor.Ref{Tenant: tenant, User: "u05"})
	auth.Requirement = twofactor.Requirement{Value: twofactor.RequirementRequired, SetAt: r.clock()}
	r.put(auth)
	_, _, err := twofactor.NewUsers(r.deps).Put(r.ctx, r.platform(), tenant, entry("admin1", twofactor.RoleAdmin))
	r.ok(err)
	ids = append(ids, "admin1")
	slices.Sort(ids)
	return ids
}

func TestAListOfUsersShowsEachOnceInTheOrderOfTheirIdsWhateverThePageSize(t *testing.T) {
	r := newRig(t)
	r.tenant("acme")
	want := r.crowd("acme")
	for _, limit := range []int{0, 1, 4, 14, 200} {
		if got := r.list(r.platform(), "acme", twofactor.UserQuery{Limit: limit}); !slices.Equal(got, want) {
			t.Errorf("limit %d: %v, want %v", limit, got, want)
		}
	}
	_, _, err := twofactor.NewUsers(r.deps).List(r.ctx, r.platform(), "acme", twofactor.UserQuery{Limit: 201})
	r.refused(err, twofactor.CodeInvalid)
}

func TestEveryFilterOfTheListGivesThoseWhoShowWhatItAsksForAndNoOther(t *testing.T) {
	r := newRig(t)
	r.tenant("acme")
	r.crowd("acme")
	yes, no := true, false
	cases := map[string]struct {
		query twofactor.UserQuery
		want  []string
	}{
		"active":             {twofactor.UserQuery{State: twofactor.StateActive}, []string{"u03", "u07"}},
		"pending":            {twofactor.UserQuery{State: twofactor.StatePending}, []string{"u05"}},
		"not applicable":     {twofactor.UserQuery{State: twofactor.StateNotApplicable}, nil},
		"admins":             {twofactor.UserQuery{Role: twofactor.RoleAdmin}, []string{"admin1"}},
		"locked":             {twofactor.UserQuery{Locked: &yes}, []string{"u03"}},
		"active, not locked": {twofactor.UserQuery{Locked: &no, State: twofactor.StateActive}, []string{"u07"}},
		"reset requested":    {twofactor.UserQuery{ResetRequested: &yes}, []string{"u03", "u07"}},
		"admins who wait":    {twofactor.UserQuery{ResetRequested: &no, Role: twofactor.RoleAdmin}, []string{"admin1"}},
	}
	for name, c := range cases {
		for _, limit := range []int{1, 50} {
			c.query.Limit = limit
			if got := r.list(r.platform(), "acme", c.query); !slices.Equal(got, c.want) {
				t.Errorf("%s, limit %d: %v, want %v", name, limit, got, c.want)
			}
		}
	}
	for _, q := range []twofactor.UserQuery{{State: "gone"}, {Role: "Admin"}, {Q: "a\x00"}} {
		_, _, err := twofactor.NewUsers(r.deps).List(r.ctx, r.platform(), "acme", q)
		r.refused(err, twofactor.CodeInvalid)
	}
}

func TestAListShowsAUserAsGetDoes(t *testing.T) {
	r := newRig(t)
	r.tenant("acme")
	r.crowd("acme")
	users := twofactor.NewUsers(r.deps)
	views, _, err := users.List(r.ctx, r.platform(), "acme", twofactor.UserQuery{})
	r.ok(err)
	for _, view := range views {
		alone, err := users.Get(r.ctx, r.platform(), twofactor.Ref{Tenant: "acme", User: view.ID})
		r.ok(err)
		if !reflect.DeepEqual(view, alone) {
			t.Errorf("listed as %+v, alone %+v", view, alone)
		}
	}
}

func TestTN07ACursorIsGoodForItsKeyItsTenantAndItsQuestionAlone(t *testing.T) {
	r := newRig(t)
	r.tenant("acme")
	r.tenant("other")
	r.crowd("acme")
	users := twofactor.NewUsers(r.deps)
	question := twofactor.UserQuery{Limit: 2, Role: twofactor.RoleUser}
	_, next, err := users.List(r.ctx, r.platform(), "acme", question)
	r.ok(err)
	question.Cursor = next
	other := r.platform()
	other.Key = r.newKey("other")
	with := func(change func(*twofactor.UserQuery)) twofactor.UserQuery {
		q := question
		change(&q)
		return q
	}
	middle := len(next) / 2
	edited := next[:middle] + flip(next[middle]) + next[middle+1:]
	cases := map[string]struct {
		caller twofactor.Caller
		tenant string
		query  twofactor.UserQuery
		want   twofactor.Code
	}{
		"as it was made":   {r.platform(), "acme", question, ""},
		"with other limit": {r.platform(), "acme", with(func(q *twofactor.UserQuery) { q.Limit = 7 }), ""},
		"edited":           {r.platform(), "acme", with(func(q *twofactor.UserQuery) { q.Cursor = edited }), twofactor.CodeInvalid},
		"made up":          {r.platform(), "acme", with(func(q *twofactor.UserQuery) { q.Cursor = "iu03" }), twofactor.CodeInvalid},
		"other tenant":     {r.platform(), "other", question, twofactor.CodeInvalid},
		"other key":        {other, "acme", question, twofactor.CodeInvalid},
		"other filter":     {r.platform(), "acme", with(func(q *twofactor.UserQuery) { q.Role = "" }), twofactor.CodeInvalid},
		"other search":     {r.platform(), "acme", with(func(q *twofactor.UserQuery) { q.Q = "u" }), twofactor.CodeInvalid},
	}
	for name, c := range cases {
		_, _, err := users.List(r.ctx, c.caller, c.tenant, c.query)
		if got := twofactor.CodeOf(err); got != c.want {
			t.Errorf("%s: %q (%v), want %q", name, got, err, c.want)
		}
	}
}

func TestWhoComesOrGoesBetweenTwoPagesMovesNobodyElse(t *testing.T) {
	r := newRig(t)
	r.tenant("acme")
	all := r.crowd("acme")
	users := twofactor.NewUsers(r.deps)
	first, next, err := users.List(r.ctx, r.platform(), "acme", twofactor.UserQuery{Limit: 5})
	r.ok(err)
	r.ok(users.Delete(r.ctx, r.platform(), twofactor.Ref{Tenant: "acme", User: first[4].ID}))
	r.user("acme", "aaa")
	got := r.list(r.platform(), "acme", twofactor.UserQuery{Limit: 5, Cursor: next})
	if !slices.Equal(got, all[5:]) {
		t.Errorf("the rest is %v, want %v", got, all[5:])
	}
}

func TestTN10AListHoldsNobodyOfAnotherTenant(t *testing.T) {
	r := newRig(t)
	r.tenant("acme")
	r.tenant("acme2")
	r.user("acme", "ours")
	r.user("acme2", "theirs")
	for tenant, want := range map[string][]string{"acme": {"ours", "root"}, "acme2": {"root", "theirs"}} {
		if got := r.list(r.platform(), tenant, twofactor.UserQuery{}); !slices.Equal(got, want) {
			t.Errorf("%s lists %v", tenant, got)
		}
	}
}

func TestAnExplanationListsEveryRuleInOrderAndDecidesAsTheLoginDoes(t *testing.T) {
	r := newRig(t)
	r.tenant("acme", func(p *twofactor.Policy) { p.Mode = twofactor.ModeRequired })
	ann := r.user("acme", "ann")
	explain := func() twofactor.ExplanationAnswer {
		t.Helper()
		got, err := twofactor.NewPolicies(r.deps).Explain(r.ctx, r.platform(), ann)
		r.ok(err)
		login := r.signIn(ann)
		if got.Decision != login.Decision || got.Reason != login.Reason {
			t.Errorf("explained as %s %s, but the login says %s %s", got.Decision, got.Reason, login.Decision, login.Reason)
		}
		return got
	}
	names := func(a twofactor.ExplanationAnswer) (all, applied []string) {
		for _, rule := range a.Rules {
			all = append(all, rule.Name)
			if rule.Says == "" {
				t.Errorf("%s says nothing", rule.Name)
			}
			if rule.Applies {
				applied = append(applied, rule.Name)
			}
		}
		return all, applied
	}
	order := []string{
		"user_inactive", "two_factor_off", "reset_mark", "activation_requested",
		"sso", "parent_floor", "tenant_requirement", "factor",
	}
	for _, step := range []struct {
		change func()
		want   []string
	}{
		{func() {}, []string{"tenant_requirement", "factor"}},
		{func() { r.enrol(ann) }, []string{"tenant_requirement", "factor"}},
		{func() { r.policy("acme", func(p *twofactor.Policy) { p.Mode = twofactor.ModeOff }) }, []string{"two_factor_off", "factor"}},
	} {
		step.change()
		all, applied := names(explain())
		if !slices.Equal(all, order) || !slices.Equal(applied, step.want) {
			t.Errorf("rules %v, of which %v applied; want %v", all, applied, step.want)
		}
	}
	_, err := twofactor.NewPolicies(r.deps).Explain(r.ctx, r.platform(), twofactor.Ref{Tenant: "acme", User: "ghost"})
	r.refused(err, twofactor.CodeUserNotFound)
}
