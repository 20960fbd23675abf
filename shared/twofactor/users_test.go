package twofactor_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sallyport/shared/memory"
	"sallyport/shared/twofactor"
)

func TestAUserIsMadeOnceAndSayingTheSameAgainWritesNothing(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	in := entry("ann", twofactor.RoleUser)
	view, created, err := d.users().Put(d.ctx, d.plain(), "t", in)
	d.ok(err)
	if !created || view.Email != "ann@example.com" || view.State != twofactor.StateNotRequired || !view.Active {
		t.Errorf("made %+v (created %v)", view, created)
	}
	commits := d.store.Commits()
	_, created, err = d.users().Put(d.ctx, d.plain(), "t", in)
	d.ok(err)
	if created || d.store.Commits() != commits {
		t.Error("the same entry was written again")
	}
}

func TestAUserThatNoPlatformMayHaveIsRefusedMemberByMember(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	cases := map[string]struct {
		change  func(*twofactor.UserInput)
		pointer string
	}{
		"two addresses":       {func(in *twofactor.UserInput) { in.Email = "a@b.example,c@d.example" }, "/email"},
		"a long name":         {func(in *twofactor.UserInput) { in.Name = strings.Repeat("n", 257) }, "/name"},
		"a line break":        {func(in *twofactor.UserInput) { in.Name = "a\r\nb" }, "/name"},
		"text turned round":   {func(in *twofactor.UserInput) { in.Name = "a\u202Eb" }, "/name"},
		"no role":             {func(in *twofactor.UserInput) { in.Role = "" }, "/role"},
		"a role in capitals":  {func(in *twofactor.UserInput) { in.Role = "Admin" }, "/role"},
		"a role of 33":        {func(in *twofactor.UserInput) { in.Role = strings.Repeat("r", 33) }, "/role"},
		"no sign-in":          {func(in *twofactor.UserInput) { in.SignIn = "" }, "/sign_in"},
		"a locale of no form": {func(in *twofactor.UserInput) { in.Locale = "en_US" }, "/locale"},
	}
	for name, c := range cases {
		in := entry("ann", twofactor.RoleUser)
		c.change(&in)
		_, _, err := d.users().Put(d.ctx, d.plain(), "t", in)
		if got := pointers(err); len(got) != 1 || got[0] != c.pointer {
			t.Errorf("%s: wrong at %v (%v)", name, got, err)
		}
	}
}

// pointers lists the members that a refusal names.
func pointers(err error) []string {
	refusal, ok := err.(*twofactor.Error)
	if !ok || refusal.Code != twofactor.CodeInvalid {
		return nil
	}
	var got []string
	for _, field := range refusal.Fields {
		got = append(got, field.Pointer)
	}
	return got
}

func TestAZ04APutOfAUserTouchesNothingThatIsNotThePlatforms(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.user("t", "ann", twofactor.RoleUser)
	d.enrolled("t", "ann")
	before := d.auth("t", "ann")
	before.Attempts.InARow = 4
	before.Requirement = twofactor.Requirement{Value: twofactor.RequirementRequired, SetAt: d.clock()}
	d.put(before)
	in := entry("ann", twofactor.RoleUser)
	in.Name, in.SignIn = "Other", twofactor.SignInSSO
	_, _, err := d.users().Put(d.ctx, d.plain(), "t", in)
	d.ok(err)
	after := d.auth("t", "ann")
	same := after.Factor != nil && after.Generation == before.Generation && after.Attempts.InARow == 4 &&
		after.Requirement.Value == twofactor.RequirementRequired && after.Incarnation == before.Incarnation
	if !same || after.SignIn != twofactor.SignInSSO {
		t.Errorf("the user became %+v", after)
	}
}

func TestGivingARoleThatHoldsAPermissionNeedsTheAdminScopeAndIsMailed(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.user("t", "ann", twofactor.RoleUser)
	weak := twofactor.Caller{Key: &twofactor.APIKey{ID: "k", Scopes: []twofactor.Scope{twofactor.ScopeUsers}, Tenants: []string{"*"}}}
	for _, id := range []string{"ann", "new"} {
		_, _, err := d.users().Put(d.ctx, weak, "t", entry(id, twofactor.RoleAdmin))
		d.refused(err, twofactor.CodeForbidden)
		_, _, err = d.users().Put(d.ctx, weak, "t", entry(id, "guest"))
		d.ok(err)
		if asked := d.lastEvent().Detail[twofactor.DetailMail]; asked != "" {
			t.Errorf("an ordinary role asked for %q", asked)
		}
	}
	d.user("t", "ann", twofactor.RoleAdmin)
	if asked := d.lastEvent().Detail[twofactor.DetailMail]; asked != string(twofactor.MailAdministratorAdded) {
		t.Errorf("the mail asked for is %q", asked)
	}
	in := entry("ann", twofactor.RoleAdmin)
	in.Name = "renamed"
	_, _, err := d.users().Put(d.ctx, weak, "t", in)
	d.ok(err)
}

func TestANewAddressOrRoleEndsAnOpenLinkAndIsToldToBothAddresses(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	changes := map[string]func(*twofactor.UserInput){
		"email": func(in *twofactor.UserInput) { in.Email = "other@example.com" },
		"role":  func(in *twofactor.UserInput) { in.Role = "guest" },
	}
	for name, change := range changes {
		d.user("t", name, twofactor.RoleUser)
		auth := d.auth("t", name)
		auth.Link = "open"
		d.put(auth)
		in := entry(name, twofactor.RoleUser)
		change(&in)
		_, _, err := d.users().Put(d.ctx, d.plain(), "t", in)
		d.ok(err)
		if d.auth("t", name).Link != "" {
			t.Errorf("a new %s left the link open", name)
		}
		told := d.lastEvent().Detail[twofactor.DetailMail] == string(twofactor.MailAddressChanged)
		if told != (name == "email") {
			t.Errorf("a new %s: told is %v", name, told)
		}
	}
}

func TestTheAddressThatCountsIsTheLastOneThatStoodFor72Hours(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	put := func(email string) {
		in := entry("ann", twofactor.RoleUser)
		in.Email = email
		_, _, err := d.users().Put(d.ctx, d.plain(), "t", in)
		d.ok(err)
	}
	steps := []struct {
		after time.Duration
		email string
		want  string
	}{
		{0, "", ""},
		{0, "first@example.com", ""},
		{time.Hour, "second@example.com", "first@example.com"},
		{time.Hour, "third@example.com", "first@example.com"},
		{71 * time.Hour, "", "first@example.com"},
		{100 * time.Hour, "fourth@example.com", "first@example.com"},
		{72 * time.Hour, "fifth@example.com", "fourth@example.com"},
	}
	for _, step := range steps {
		d.later(step.after)
		put(step.email)
		dir := read[twofactor.Directory](d, twofactor.DirectoryKey(twofactor.Ref{Tenant: "t", User: "ann"}))
		if dir.TrustedEmail != step.want {
			t.Errorf("after %q the address that counted before is %q, want %q", step.email, dir.TrustedEmail, step.want)
		}
	}
}

func TestAUserWhoComesBackWithin30DaysOfLosingAFactorEnrolsAsAfterAReset(t *testing.T) {
	for _, c := range []struct {
		name           string
		factor         bool
		away           time.Duration
		mark           bool
		countedAddress string
	}{
		{"with a factor, in time", true, 30*24*time.Hour - time.Second, true, "ann@example.com"},
		{"with a factor, too late", true, 30 * 24 * time.Hour, false, ""},
		{"without a factor", false, time.Hour, false, "ann@example.com"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t)
			d.tenant("t")
			d.user("t", "ann", twofactor.RoleUser)
			if c.factor {
				d.enrolled("t", "ann")
			}
			before := d.auth("t", "ann")
			ref := before.Ref
			d.ok(d.users().Delete(d.ctx, d.plain(), ref))
			d.ok(d.users().Delete(d.ctx, d.plain(), ref))
			_, err := d.users().Get(d.ctx, d.plain(), ref)
			d.refused(err, twofactor.CodeUserNotFound)
			d.later(c.away)
			in := entry("ann", twofactor.RoleUser)
			in.Email = "thief@example.com"
			_, created, err := d.users().Put(d.ctx, d.plain(), "t", in)
			d.ok(err)
			after := d.auth("t", "ann")
			if !created || after.ResetMark != c.mark || after.Incarnation == before.Incarnation || after.Factor != nil {
				t.Errorf("came back as %+v", after)
			}
			dir := read[twofactor.Directory](d, twofactor.DirectoryKey(ref))
			if dir.TrustedEmail != c.countedAddress {
				t.Errorf("codes go to %q, want %q", dir.TrustedEmail, c.countedAddress)
			}
		})
	}
}

func TestAResetIsNotShakenOffByDeletingTheUserTwice(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.user("t", "ann", twofactor.RoleUser)
	d.enrolled("t", "ann")
	for range 2 {
		d.ok(d.users().Delete(d.ctx, d.plain(), twofactor.Ref{Tenant: "t", User: "ann"}))
		d.user("t", "ann", twofactor.RoleUser)
	}
	if !d.auth("t", "ann").ResetMark {
		t.Error("the reset mark is gone")
	}
}

func TestAZ08TheLastWhoCouldDecideResetsStays(t *testing.T) {
	idle := false
	demoted, disabled := entry("root", twofactor.RoleUser), entry("root", twofactor.RoleSuperAdmin)
	disabled.Active = &idle
	put := func(in twofactor.UserInput) func(d *desk) error {
		return func(d *desk) error {
			_, _, err := d.users().Put(d.ctx, d.plain(), "t", in)
			return err
		}
	}
	changes := map[string]func(d *desk) error{
		"demote":  put(demoted),
		"disable": put(disabled),
		"delete": func(d *desk) error {
			return d.users().Delete(d.ctx, d.plain(), twofactor.Ref{Tenant: "t", User: "root"})
		},
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.tenant("t")
			d.user("t", "boss", twofactor.RoleAdmin)
			d.refused(change(d), twofactor.CodeLastAdministrator)
			d.policy("t", func(p *twofactor.Policy) { p.Permissions[twofactor.PermResetsDecide] = []string{twofactor.RoleAdmin} })
			d.ok(change(d))
		})
	}
}

func TestAZ08TwoWhoDemoteEachOtherAtTheSameMomentLeaveOne(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.user("t", "second", twofactor.RoleSuperAdmin)
	d.deps.Store = &rendezvous{Store: d.store, key: twofactor.RosterKey("t"), left: 2, met: make(chan struct{})}
	results := make(chan error, 2)
	for _, id := range []string{"root", "second"} {
		go func() {
			_, _, err := d.users().Put(d.ctx, d.plain(), "t", entry(id, twofactor.RoleUser))
			results <- err
		}()
	}
	var refused int
	for range 2 {
		if err := <-results; err != nil {
			d.refused(err, twofactor.CodeLastAdministrator)
			refused++
		}
	}
	if refused != 1 {
		t.Errorf("%d of two demotions were refused", refused)
	}
}

// rendezvous lets the first reads of a record wait for each other, so that
// all of them see the same version.
type rendezvous struct {
	twofactor.Store
	key  twofactor.Key
	mu   sync.Mutex
	left int
	met  chan struct{}
}

// Load implements twofactor.Loader.
func (r *rendezvous) Load(ctx context.Context, wants ...twofactor.Want) (twofactor.Found, error) {
	found, err := r.Store.Load(ctx, wants...)
	if !slices.ContainsFunc(wants, func(w twofactor.Want) bool { return w.Key == r.key }) {
		return found, err
	}
	r.mu.Lock()
	r.left--
	if r.left == 0 {
		close(r.met)
	}
	r.mu.Unlock()
	<-r.met
	return found, err
}

func TestAPolicyAndADemotionAtTheSameMomentLeaveOneWhoCanDecide(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.user("t", "boss", twofactor.RoleAdmin)
	d.policy("t", func(p *twofactor.Policy) { p.Permissions[twofactor.PermResetsDecide] = []string{twofactor.RoleAdmin} })
	// The demotion reads; then the policy takes the permission from admins.
	d.store.ServeStale(false)
	taken := twofactor.DefaultPolicy()
	_, err := d.policies().Put(d.ctx, d.as("t", "root"), "t", twofactor.PolicyInput{Policy: taken, IfMatch: `"2"`})
	d.ok(err)
	_, _, err = d.users().Put(d.ctx, d.plain(), "t", entry("root", twofactor.RoleUser))
	d.refused(err, twofactor.CodeLastAdministrator)
}

func TestATenantThatNeverHadAnAdministratorIsFreeAndSoIsOneWithAParent(t *testing.T) {
	d := newDesk(t)
	_, _, err := twofactor.NewTenants(d.deps).Put(d.ctx, d.plain(), twofactor.TenantInput{Tenant: "free", Name: "free"})
	d.ok(err)
	d.user("free", "boss", twofactor.RoleAdmin)
	d.user("free", "boss", twofactor.RoleUser)
	d.tenant("msp")
	d.client("shop", "msp")
	d.user("shop", "root", twofactor.RoleUser)
}

func TestTheRosterFollowsEveryChangeOfRoleAndActivity(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	idle := false
	asleep := entry("b", twofactor.RoleAdmin)
	asleep.Active = &idle
	d.user("t", "a", twofactor.RoleAdmin)
	d.user("t", "b", twofactor.RoleAdmin)
	d.user("t", "c", "guest")
	_, _, err := d.users().Put(d.ctx, d.plain(), "t", asleep)
	d.ok(err)
	d.user("t", "a", "guest")
	d.ok(d.users().Delete(d.ctx, d.plain(), twofactor.Ref{Tenant: "t", User: "c"}))
	roster := read[twofactor.Roster](d, twofactor.RosterKey("t"))
	got := fmt.Sprint(roster.Roles)
	if want := "map[guest:{[a] 1} super_admin:{[root] 1}]"; got != want {
		t.Errorf("the roster is %s, want %s", got, want)
	}
}

func TestARosterListsFiftyAndCountsAll(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	var in []twofactor.UserInput
	for i := range 60 {
		in = append(in, entry(fmt.Sprintf("u%02d", i), twofactor.RoleAdmin))
	}
	results, err := d.users().PutMany(d.ctx, d.plain(), "t", in)
	d.ok(err)
	for _, r := range results {
		if r.Outcome != twofactor.OutcomeCreated {
			t.Fatalf("%s: %q, %v", r.ID, r.Outcome, r.Err)
		}
	}
	admins := read[twofactor.Roster](d, twofactor.RosterKey("t")).Roles[twofactor.RoleAdmin]
	if len(admins.Users) != twofactor.RosterSize || admins.Count != 60 {
		t.Errorf("lists %d, counts %d", len(admins.Users), admins.Count)
	}
}

func TestABatchAnswersPerUserAndRefusesTheLaterOfTwo(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.user("t", "same", twofactor.RoleUser)
	renamed := entry("same", twofactor.RoleUser)
	renamed.Name = "renamed"
	in := []twofactor.UserInput{
		entry("new", twofactor.RoleUser), renamed, entry("root", twofactor.RoleSuperAdmin),
		entry("bad id", twofactor.RoleUser), entry("new", twofactor.RoleUser),
	}
	results, err := d.users().PutMany(d.ctx, d.plain(), "t", in)
	d.ok(err)
	var got []string
	for _, r := range results {
		got = append(got, r.Outcome+string(twofactor.CodeOf(r.Err)))
	}
	if want := "created updated unchanged invalid invalid"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
	_, err = d.users().PutMany(d.ctx, d.plain(), "t", nil)
	d.refused(err, twofactor.CodeInvalid)
	_, err = d.users().PutMany(d.ctx, d.plain(), "t", make([]twofactor.UserInput, 501))
	d.refused(err, twofactor.CodeInvalid)
}

func TestABatchWithoutTimeSaysWhatItDidNotTryAndGoesOnWhenRepeated(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	c := idempotent(d.plain(), "batch", "body")
	in := []twofactor.UserInput{entry("ann", twofactor.RoleUser)}
	short, cancel := context.WithTimeout(d.ctx, time.Second)
	defer cancel()
	results, err := d.users().PutMany(short, c, "t", in)
	d.ok(err)
	if results[0].Outcome != twofactor.OutcomeNotTried {
		t.Fatalf("got %q", results[0].Outcome)
	}
	results, err = d.users().PutMany(d.ctx, c, "t", in)
	d.ok(err)
	if results[0].Outcome != twofactor.OutcomeCreated {
		t.Errorf("got %q", results[0].Outcome)
	}
	_, err = d.users().PutMany(d.ctx, c, "t", in)
	if _, again := err.(*twofactor.Replayed); !again {
		t.Errorf("got %v, want the first answer", err)
	}
}

func TestAFaultAtTheWriteOfAUserLeavesTheOldStateOrTheNew(t *testing.T) {
	for name, fault := range map[string]memory.Fault{"before": memory.FailBefore, "after": memory.FailAfter, "lost": memory.FailLost} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.tenant("t")
			d.store.Fail(1, fault)
			_, _, err := d.users().Put(d.ctx, d.plain(), "t", entry("ann", twofactor.RoleAdmin))
			auth := read[twofactor.Auth](d, twofactor.AuthKey(twofactor.Ref{Tenant: "t", User: "ann"}))
			listed := len(read[twofactor.Roster](d, twofactor.RosterKey("t")).Roles[twofactor.RoleAdmin].Users) == 1
			if (auth != nil) != listed || (err == nil) != (auth != nil) {
				t.Errorf("answer %v, user there %v, listed %v", err, auth != nil, listed)
			}
			if err != nil {
				d.refused(err, twofactor.CodeUnavailable)
			}
		})
	}
}
