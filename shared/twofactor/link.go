package twofactor

import (
	"context"
	"time"
)

// The ways to deliver an enrolment link.
const (
	DeliverReturn = "return"
	DeliverEmail  = "email"
)

// LinkAnswer is an enrolment link. URL is "" when it went by mail.
type LinkAnswer struct {
	URL       Secret
	ExpiresAt time.Time
}

// Link makes a link with which one user enrols, once, within 72 hours. A
// newer link, a change of address or role, a reset and a deletion end it.
func (e *Enroll) Link(ctx context.Context, c Caller, ref Ref, deliver string) (LinkAnswer, error) {
	if deliver != DeliverReturn && deliver != DeliverEmail {
		return LinkAnswer{}, invalid("/deliver", `It is "return" or "email".`)
	}
	if err := checkUserID(ref.User); err != nil {
		return LinkAnswer{}, err
	}
	var answer LinkAnswer
	err := e.settle(ctx, func(ctx context.Context, _ *ConflictError) (Commit, error) {
		var commit Commit
		var err error
		answer, commit, err = e.link(ctx, c, ref, deliver)
		return commit, err
	})
	if err != nil {
		return LinkAnswer{}, err
	}
	return answer, nil
}

func (e *Enroll) link(ctx context.Context, c Caller, ref Ref, deliver string) (LinkAnswer, Commit, error) {
	a, err := e.authorize(ctx, c, ref.Tenant, actLink,
		Want{Key: AuthKey(ref)}, Want{Key: DirectoryKey(ref)}, Want{Key: EnrollmentKey(ref)})
	if err != nil {
		return LinkAnswer{}, Commit{}, err
	}
	if err := e.replay(ctx, c); err != nil {
		return LinkAnswer{}, Commit{}, err
	}
	user, directory := Get[Auth](a.found, AuthKey(ref)), Get[Directory](a.found, DirectoryKey(ref))
	if user == nil || directory == nil {
		return LinkAnswer{}, Commit{}, userNotFound()
	}
	if err := a.mayLink(user, directory, deliver); err != nil {
		return LinkAnswer{}, Commit{}, err
	}
	answer, token, err := e.newLink(ctx, c, user)
	if err != nil {
		return LinkAnswer{}, Commit{}, err
	}
	return e.linkCommit(ctx, c, a, answer, token, deliver)
}

func (a *access) mayLink(user *Auth, directory *Directory, deliver string) error {
	powerful := soundPolicy(a.tenant.Policy.Policy).holdsAny(user.Role)
	switch {
	case a.isSelf(directory):
		return refuse(CodeSelfForbidden, "A link for oneself would stand in for one's own mailbox.")
	case powerful && a.actor.Role != RoleSuperAdmin:
		return refuse(CodeForbidden, "Only a super admin may make a link for somebody whose role holds a permission.")
	case decide(a.situation(user)).State == StateNotAvailable:
		return notAvailable()
	case user.Factor != nil:
		return alreadyActive()
	case deliver == DeliverEmail && directory.Email == "":
		return refuse(CodeEmailMissing, "The user has no address to send the link to.")
	}
	return nil
}

func (e *Enroll) newLink(ctx context.Context, c Caller, user *Auth) (LinkAnswer, Token, error) {
	id, err := e.newID()
	if err != nil {
		return LinkAnswer{}, Token{}, err
	}
	now := e.Now()
	token := Token{
		Kind: TokenLink, ID: id, Ref: user.Ref, Incarnation: user.Incarnation, Generation: user.Generation,
		KeyID: c.Key.ID, Audience: c.Key.Audience, IssuedAt: now, ExpiresAt: now.Add(linkLife),
	}
	sealed, err := e.Tokens.SealToken(ctx, token)
	if err != nil {
		return LinkAnswer{}, Token{}, unavailable(err)
	}
	// The token is the fragment: it never reaches a server's log.
	url := Secret(e.Issuer + "/enroll#" + sealed.Reveal())
	return LinkAnswer{URL: url, ExpiresAt: token.ExpiresAt}, token, nil
}

// linkCommit opens the link. A link that goes by mail travels, sealed, in the
// enrolment record; an enrolment that is pending goes on until another token
// begins one (contract §4.3).
func (e *Enroll) linkCommit(ctx context.Context, c Caller, a *access, answer LinkAnswer, token Token, deliver string) (LinkAnswer, Commit, error) {
	event, err := e.event(c, EventLinkCreated, token.Ref)
	if err != nil {
		return LinkAnswer{}, Commit{}, err
	}
	event.Detail["deliver"] = deliver
	user := *Get[Auth](a.found, AuthKey(token.Ref))
	user.Link = token.ID
	commit := Commit{Event: event, Put: []Record{&user}}
	if deliver == DeliverEmail {
		carrier, err := e.linkCarrier(ctx, a, event.ID, token, answer.URL)
		if err != nil {
			return LinkAnswer{}, Commit{}, err
		}
		event.AskMail(MailEnrollmentLink)
		commit.Put = []Record{carrier, &user}
		answer.URL = ""
	}
	kept, err := c.onceRecords(LinkAnswer{ExpiresAt: answer.ExpiresAt}, a.now)
	commit.Put = append(commit.Put, kept...)
	return answer, commit, err
}

// linkCarrier is the enrolment record that carries the sealed link to the
// mail function.
func (e *Enroll) linkCarrier(ctx context.Context, a *access, eventID string, token Token, url Secret) (*Enrollment, error) {
	sealed, err := e.MailVault.SealMail(ctx, eventID+"-"+string(MailEnrollmentLink), url)
	if err != nil {
		return nil, unavailable(err)
	}
	carrier := &Enrollment{Ref: token.Ref}
	if before := Get[Enrollment](a.found, EnrollmentKey(token.Ref)); before != nil {
		*carrier = *before
		if before.Incarnation != token.Incarnation || before.Generation != token.Generation {
			carrier.kill()
		}
	}
	carrier.Incarnation, carrier.Generation = token.Incarnation, token.Generation
	carrier.MailTo, carrier.MailCode = Get[Directory](a.found, DirectoryKey(token.Ref)).Email, sealed
	carrier.Expires = a.now.Add(enrollmentTrace)
	return carrier, nil
}
