package twofactor

import (
	"context"
	"time"

	"sallyport/shared/totp"
)

// Limits of a pending enrolment (contract §4.3).
const (
	enrollmentLife  = 15 * time.Minute
	enrollmentTries = 5
	// enrollmentTrace is how long the record outlives the enrolment, so that
	// the limits on mails hold.
	enrollmentTrace = 48 * time.Hour
)

// Enroll binds, changes and removes authenticators.
type Enroll struct{ Deps }

// NewEnroll makes Enroll.
func NewEnroll(d Deps) *Enroll { return &Enroll{Deps: d} }

// EnrollmentAnswer is what the authenticator app needs. Where the mailbox
// must be proved first, Secret, URI and the pictures are empty.
type EnrollmentAnswer struct {
	Account string
	Issuer  string
	// Secret is the set-up key in base 32.
	Secret Secret
	URI    Secret
	SVG    Secret
	PNG    SecretBytes
	// EmailRequired asks for a code from the mailbox EmailSentTo (masked).
	EmailRequired bool
	EmailSentTo   string
	ExpiresAt     time.Time
}

// scene is a person with what his enrolment needs.
type scene struct {
	*person
	directory *Directory
	pending   *Enrollment
	data      DataKey
}

// loadEnrollment loads a person, his directory entry and his pending
// enrolment, and refuses what may not enrol now.
func (e *Enroll) loadEnrollment(ctx context.Context, token *Token) (*scene, error) {
	p, err := e.loadPerson(ctx, token,
		Want{Key: DirectoryKey(token.Ref)}, Want{Key: EnrollmentKey(token.Ref)})
	if err != nil {
		return nil, err
	}
	s := &scene{
		person: p, directory: Get[Directory](p.found, DirectoryKey(token.Ref)),
		pending: Get[Enrollment](p.found, EnrollmentKey(token.Ref)),
	}
	if s.directory == nil {
		return nil, notThere()
	}
	return s, nil
}

// mayEnroll is the table of tokens in contract §4, for the enrolment calls.
func (s *scene) mayEnroll(now time.Time) error {
	v := s.decide(now)
	if v.State == StateNotAvailable {
		return notAvailable()
	}
	switch s.token.Kind {
	case TokenLogin:
		if err := s.openLogin(); err != nil {
			return err
		}
		return s.mayEnrollAtLogin(v)
	case TokenLink:
		if s.user.Factor != nil {
			return alreadyActive()
		}
	case TokenSelfService:
		return s.mayServeThemselves(now)
	}
	return nil
}

func (s *scene) mayEnrollAtLogin(v verdict) error {
	gate := s.token.Purpose == PurposeGateEnroll && s.user.Factor == nil
	if gate || v.Decision == DecisionEnroll {
		return nil
	}
	if s.user.Factor != nil {
		return refuse(CodeFactorAlreadyActive, "There is a factor already; this login asks for a code.")
	}
	return refuse(CodeForbidden, "This login does not ask for an enrolment.")
}

// mayServeThemselves refuses self-service where the policy has switched it
// off, unless the user must enrol.
func (p *person) mayServeThemselves(now time.Time) error {
	if p.policy().SelfService || p.decide(now).Decision == DecisionEnroll {
		return nil
	}
	return refuse(CodeForbidden, "The policy does not let users manage their own factor.")
}

// live reports whether the pending enrolment stands and is this token's.
func (s *scene) live(now time.Time) bool {
	p := s.pending
	return p != nil && p.TokenID == s.token.ID && p.Incarnation == s.user.Incarnation &&
		p.Generation == s.user.Generation && p.CompletedAt.IsZero() && now.Before(p.ExpiresAt)
}

// Begin starts an enrolment, or gives the same token the same secret again.
// With an active factor it is a change of device and needs a current code.
func (e *Enroll) Begin(ctx context.Context, c Caller, in ProofInput) (EnrollmentAnswer, error) {
	token, err := mayUse(c, TokenLogin, TokenSelfService, TokenLink)
	if err != nil {
		return EnrollmentAnswer{}, err
	}
	var s *scene
	err = e.settleProof(ctx, func(ctx context.Context) (commit Commit, refusal, err error) {
		s, commit, refusal, err = e.begin(ctx, c, token, in)
		return commit, refusal, err
	})
	if err != nil {
		return EnrollmentAnswer{}, err
	}
	return e.show(s)
}

// begin decides one try. refusal is a wrong code, which is committed.
func (e *Enroll) begin(ctx context.Context, c Caller, token *Token, in ProofInput) (s *scene, commit Commit, refusal, err error) {
	if s, err = e.loadEnrollment(ctx, token); err != nil {
		return nil, Commit{}, nil, err
	}
	now := e.Now()
	if err = s.mayEnroll(now); err != nil {
		return nil, Commit{}, nil, err
	}
	if s.live(now) {
		s.data, err = e.openTenant(ctx, s.tenant)
		return s, Commit{}, nil, err
	}
	if err = e.ownDataKey(ctx, s); err != nil {
		return nil, Commit{}, nil, err
	}
	if s.user.Factor == nil {
		commit, err = e.newEnrollment(c, s, false)
		return s, commit, nil, err
	}
	return e.beginChange(ctx, c, s, in)
}

// beginChange starts a change of device: the current factor is proved first.
func (e *Enroll) beginChange(ctx context.Context, c Caller, s *scene, in ProofInput) (*scene, Commit, error, error) {
	judged, commit, err := e.proveFactor(ctx, c, s.person, in)
	if err != nil || judged.refusal != nil {
		return s, commit, judged.err(), err
	}
	begun, err := e.newEnrollment(c, s, true)
	if err != nil {
		return s, Commit{}, nil, err
	}
	begun.Put = append(begun.Put, commit.Put...)
	begun.Event.Detail["method"] = string(judged.method)
	begun.Event.AskMail(judged.mails...)
	return s, begun, nil, nil
}

// newEnrollment is the commit that starts one; an older one is dead by it.
func (e *Enroll) newEnrollment(c Caller, s *scene, proved bool) (Commit, error) {
	secret, err := totp.NewSecret(e.Random)
	if err != nil {
		return Commit{}, unavailable(err)
	}
	sealed, err := s.data.Seal(secret, binding(s.user, s.user.Generation+1))
	if err != nil {
		return Commit{}, unavailable(err)
	}
	now := e.Now()
	next := &Enrollment{
		Ref: s.user.Ref, Incarnation: s.user.Incarnation, TokenID: s.token.ID,
		Generation: s.user.Generation, ExpiresAt: now.Add(enrollmentLife), Secret: sealed,
		MailboxNeeded: !proved && s.mailboxNeeded(),
	}
	next.Expires = now.Add(enrollmentTrace)
	if s.pending != nil {
		next.Version, next.Meta.Stamp, next.Rest = s.pending.Version, s.pending.Meta.Stamp, s.pending.Rest
		next.MailedAt = recent(s.pending.MailedAt, now)
	}
	if next.MailboxNeeded && s.directory.trusted(now) == "" {
		return Commit{}, refuse(CodeEmailMissing, "The mailbox must be proved first, and the user has no address.")
	}
	s.pending = next
	event, err := e.event(c, EventEnrollmentStarted, s.user.Ref)
	return Commit{Event: event, Put: []Record{next}}, err
}

// mailboxNeeded is contract §4.3, "proving the mailbox". A backup code given
// in this login and an administrator's link stand in for it.
func (s *scene) mailboxNeeded() bool {
	if s.token.Kind == TokenLink || s.token.BackupCode {
		return false
	}
	switch s.policy().EmailVerification {
	case EmailAlways:
		return true
	case EmailAfterReset:
		return s.user.ResetMark
	}
	return false
}
