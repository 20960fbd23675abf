package model

import (
	"time"

	"sallyport/shared/twofactor"
)

// here says whether the token's person is still there.
func (m *machine) here(tok *token) bool {
	u := tok.user
	return !u.tenant.deleting && u.tenant.users[u.id] == u
}

// opens says with what every call of a token is refused (contract §4); what
// ends a login is not part of it.
func (m *machine) opens(tok *token, kinds ...twofactor.TokenKind) refusals {
	u := tok.user
	fits := false
	for _, kind := range kinds {
		fits = fits || tok.kind == kind
	}
	switch {
	case !m.now.Before(tok.ends):
		return refusals{twofactor.CodeTokenExpired}
	case tok.key.revoked:
		return refusals{twofactor.CodeUnauthenticated}
	case !fits:
		return refusals{twofactor.CodeForbidden}
	case !m.here(tok):
		return refusals{twofactor.CodeUnauthenticated}
	case !u.active:
		return refusals{twofactor.CodeForbidden}
	}
	var r refusals
	r.add(tok.kind == twofactor.TokenLink && u.link != tok, twofactor.CodeLinkUsed)
	// What was made before a reset ends with it.
	r.add(tok.kind == twofactor.TokenSelfService && u.era != tok.era && u.reset, twofactor.CodeLoginUsed)
	return r
}

// over says whether the token's login is done, or its factor another one.
func (tok *token) over() bool {
	return tok.kind == twofactor.TokenLogin && (tok.era != tok.user.era || tok.user.done.holds(tok))
}

// decides is what the token's login needs now.
func (m *machine) decides(tok *token) answer {
	u := tok.user
	ordinary := u.decide(tok.first, false, m.now)
	switch tok.purpose {
	case twofactor.PurposeStepUp:
		if u.factor != nil && u.active && !u.resting() && !u.reset {
			return u.askForCode(m.now)
		}
	case twofactor.PurposeGateEnroll:
		if u.factor != nil || u.resting() || !u.active {
			break
		}
		if ordinary.decision != twofactor.DecisionEnroll {
			ordinary = answer{decision: twofactor.DecisionEnroll, reason: twofactor.ReasonActivationRequested}
		}
		ordinary.skip = false
	}
	return ordinary
}

// servesOneself says whether the user may manage his own factor.
func (m *machine) servesOneself(tok *token) bool {
	return tok.user.tenant.policy.SelfService || m.decides(tok).decision == twofactor.DecisionEnroll
}

// mayEnroll says with what the enrolment calls are refused for this token.
func (m *machine) mayEnroll(tok *token) refusals {
	u := tok.user
	var r refusals
	r.add(u.resting(), twofactor.CodeNotAvailable)
	switch tok.kind {
	case twofactor.TokenLogin:
		r.add(tok.over(), twofactor.CodeLoginUsed)
		if m.decides(tok).decision != twofactor.DecisionEnroll {
			r.add(u.factor != nil, twofactor.CodeFactorAlreadyActive)
			r.add(u.factor == nil, twofactor.CodeForbidden)
		}
	case twofactor.TokenSelfService:
		r.add(!m.servesOneself(tok), twofactor.CodeForbidden)
	}
	return r
}

// pending is an enrolment that was begun; it stays as a memory of the one
// that was completed last.
type pending struct {
	owner *token
	era   *era
	ends  time.Time
	// secret is what was shown; nil until then.
	secret        []byte
	needs, proved bool
	code          string
	codeEnds      time.Time
	codeTries     int
	tries         int
	confirmed     int64
	backup        []string
	completed     time.Time
	madeEra       *era
}

// lives says whether the pending enrolment stands and is this token's.
func (m *machine) lives(tok *token) bool {
	p := tok.user.pending
	return p != nil && p.owner == tok && p.era == tok.user.era && p.completed.IsZero() && m.now.Before(p.ends)
}

// justCompleted says whether this token may repeat complete.
func (m *machine) justCompleted(tok *token) bool {
	p := tok.user.pending
	return p != nil && p.owner == tok && !p.completed.IsZero() && m.now.Sub(p.completed) <= time.Minute &&
		p.madeEra == tok.user.era
}

// needsMailbox says whether the mailbox must be proved first (§4.3).
func (tok *token) needsMailbox() bool {
	u := tok.user
	if tok.kind == twofactor.TokenLink || tok.backup || u.factor != nil {
		return false
	}
	switch u.tenant.policy.EmailVerification {
	case twofactor.EmailAlways:
		return true
	case twofactor.EmailAfterReset:
		return u.reset
	}
	return false
}
