package twofactor

import (
	"context"
	"time"
)

// LoginInput is what a platform says about a login after the first factor.
type LoginInput struct {
	User        LoginUser
	First       FirstFactor
	DeviceToken Secret
	Client      ClientInfo
	ReturnURL   string
	State       string
}

// LoginUser names the user; what else it holds is kept where the key may.
type LoginUser struct {
	ID string
	// Email, Name and Role are nil when they were not given.
	Email *string
	Name  *string
	Role  *string
}

// LoginAnswer is what a login needs (contract §4.1).
type LoginAnswer struct {
	LoginID string
	// Login is the person's token; "" for allow.
	Login         Secret
	Decision      Decision
	Reason        Reason
	ExpiresAt     time.Time
	Skippable     bool
	EnrollBy      time.Time
	DeferralsLeft int
	EmailHint     string
	Methods       []Method
	ResetRequest  string
	RetryAt       time.Time
	// Assertion is there for allow only.
	Assertion       Secret
	DeviceToken     Secret
	DeviceExpiresAt time.Time
}

// Verify decides logins, judges codes and redeems assertions.
type Verify struct{ Deps }

// NewVerify makes Verify.
func NewVerify(d Deps) *Verify { return &Verify{Deps: d} }

// Login says what this login needs. It writes nothing for verify, enroll and
// deny, and one record, with the event, for allow. Two logins that renew one
// device token at the same moment are decided one after the other.
func (v *Verify) Login(ctx context.Context, c Caller, tenant string, in LoginInput) (answer LoginAnswer, err error) {
	if err := in.validate(); err != nil {
		return LoginAnswer{}, err
	}
	c.IP, c.UserAgent = in.Client.address(), in.Client.UserAgent
	// A login has no actor: one that is named was not judged, and must not
	// stand in the trail.
	c.Actor = nil
	for range maxTries {
		answer, err = v.login(ctx, c, tenant, in)
		if CodeOf(err) != CodeConflict {
			break
		}
	}
	return answer, err
}

// login decides one try.
func (v *Verify) login(ctx context.Context, c Caller, tenant string, in LoginInput) (LoginAnswer, error) {
	l, err := v.loadLogin(ctx, c, tenant, in)
	if err != nil {
		return LoginAnswer{}, err
	}
	if err := v.keepProfile(ctx, c, l, in); err != nil {
		return LoginAnswer{}, err
	}
	return v.answer(ctx, c, l, in)
}

func (in LoginInput) validate() error {
	if !ValidID(in.User.ID) {
		return invalid("/user/id", idForm)
	}
	if err := in.First.check(); err != nil {
		return err
	}
	return checkState(in.State)
}

// login is one login in the making.
type login struct {
	ref    Ref
	tenant *Tenant
	parent *Tenant
	user   *Auth
	// devices is nil when no device token was sent or none is stored.
	devices *Devices
}

func (v *Verify) loadLogin(ctx context.Context, c Caller, tenant string, in LoginInput) (*login, error) {
	ref := Ref{Tenant: tenant, User: in.User.ID}
	wants := []Want{{Key: TenantKey(tenant), Eventually: true}, {Key: AuthKey(ref)}}
	if in.DeviceToken != "" {
		wants = append(wants, Want{Key: DevicesKey(ref)})
	}
	found, err := v.load(ctx, wants...)
	if err != nil {
		return nil, err
	}
	l := &login{
		ref: ref, tenant: Get[Tenant](found, TenantKey(tenant)),
		user: Get[Auth](found, AuthKey(ref)), devices: Get[Devices](found, DevicesKey(ref)),
	}
	if err := mayReach(c.Key, l.tenant, ScopeLogin); err != nil {
		return nil, err
	}
	if in.ReturnURL != "" && !contains(l.tenant.ReturnURLs, in.ReturnURL) {
		return nil, invalid("/return_url", "It is not one of the tenant's return_urls.")
	}
	l.parent, err = v.loadParent(ctx, l.tenant)
	return l, err
}

// keepProfile stores what the platform says of the user, where the key may.
// An entry that says nothing new costs nothing.
func (v *Verify) keepProfile(ctx context.Context, c Caller, l *login, in LoginInput) error {
	if !c.Key.has(ScopeUsers) {
		if l.user == nil {
			return userNotFound()
		}
		return nil
	}
	if l.user != nil && in.User.saysNothingNew(l.user) {
		return nil
	}
	user, err := v.keepUser(ctx, c, l.tenant, userEdit{
		ID: in.User.ID, Email: in.User.Email, Name: in.User.Name, Role: in.User.Role, SignIn: in.First.Method,
	})
	if err != nil {
		return under("/user", err)
	}
	l.user = user
	return nil
}

// saysNothingNew compares by the short hash in the auth record, so that no
// directory entry is read. Members that were not given change nothing.
func (u LoginUser) saysNothingNew(a *Auth) bool {
	if u.Email == nil && u.Name == nil && u.Role == nil {
		return true
	}
	if u.Email == nil || u.Name == nil || u.Role == nil {
		return false
	}
	return sameSecret(Secret(profileHash(*u.Email, *u.Name, *u.Role)), Secret(a.Profile))
}

// answer decides, and gives the token or the assertion.
func (v *Verify) answer(ctx context.Context, c Caller, l *login, in LoginInput) (LoginAnswer, error) {
	token, err := v.loginToken(c, l, in)
	if err != nil {
		return LoginAnswer{}, err
	}
	device, err := v.matchDevice(ctx, c, l, in.DeviceToken)
	if err != nil {
		return LoginAnswer{}, err
	}
	s := situation{
		tenant: l.tenant, parent: l.parent, user: l.user, first: in.First,
		device: device != nil, now: v.Now(),
	}
	verdict := decide(s)
	if verdict.Reason != ReasonDeviceRemembered {
		// A device that did not stand in keeps the token that it has.
		device = nil
	}
	if verdict.Decision == DecisionAllow {
		return v.allow(ctx, c, l, token, verdict, device)
	}
	return v.ask(ctx, token, l.user, verdict)
}

// loginToken starts the token of a login; its kind of life is set by ask.
func (v *Verify) loginToken(c Caller, l *login, in LoginInput) (Token, error) {
	id, err := v.newID()
	if err != nil {
		return Token{}, err
	}
	return Token{
		Kind: TokenLogin, ID: id, LoginID: id, Ref: l.ref, Incarnation: l.user.Incarnation,
		Generation: l.user.Generation, KeyID: c.Key.ID, Audience: c.Key.Audience,
		Purpose: PurposeLogin, First: in.First.evidence(), IssuedAt: v.Now(),
		ReturnURL: in.ReturnURL, State: in.State,
	}, nil
}

// ask answers verify, enroll or deny, with a token and without a write.
func (v *Verify) ask(ctx context.Context, token Token, user *Auth, verdict verdict) (LoginAnswer, error) {
	life := loginLife
	if verdict.Decision == DecisionEnroll {
		life = loginEnrollLife
	}
	token.ExpiresAt = token.IssuedAt.Add(life)
	sealed, err := v.Tokens.SealToken(ctx, token)
	if err != nil {
		return LoginAnswer{}, unavailable(err)
	}
	answer := describe(&token, user, verdict, v.Now())
	answer.Login = sealed
	return answer, nil
}

// describe is the part of a login answer that can be shown again.
func describe(token *Token, user *Auth, verdict verdict, now time.Time) LoginAnswer {
	answer := LoginAnswer{
		LoginID: token.LoginID, Decision: verdict.Decision, Reason: verdict.Reason,
		ExpiresAt: token.ExpiresAt, EmailHint: user.EmailHint,
		ResetRequest: user.resetState(now),
	}
	switch verdict.Decision {
	case DecisionEnroll:
		answer.Skippable = verdict.Skippable
		answer.EnrollBy = verdict.EnrollBy
		answer.DeferralsLeft = verdict.DeferralsLeft
	case DecisionVerify, DecisionDeny:
		if verdict.Reason == ReasonUserInactive {
			// No code helps who is not active, and no waiting.
			break
		}
		answer.Methods = verdict.Methods
		answer.RetryAt = verdict.RetryAt
	}
	return answer
}

// Current says anew what the login of a token needs.
func (v *Verify) Current(ctx context.Context, c Caller) (LoginAnswer, error) {
	token, err := mayUse(c, TokenLogin)
	if err != nil {
		return LoginAnswer{}, err
	}
	p, err := v.loadPerson(ctx, token)
	if err != nil {
		return LoginAnswer{}, err
	}
	if err := p.openLogin(); err != nil {
		return LoginAnswer{}, err
	}
	return describe(token, p.user, p.decide(v.Now()), v.Now()), nil
}
