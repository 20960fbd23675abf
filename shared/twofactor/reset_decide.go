package twofactor

import (
	"context"
	"strings"
)

// DecideInput approves or denies a request.
type DecideInput struct {
	ID      string
	Approve bool
	Note    string
}

// Decide approves or denies a pending request, in one transaction on the
// request and its user's record. Approving resets the factor and asks for a
// new enrolment. Nobody decides his own, and two accounts with one mailbox
// are one person.
func (r *Resets) Decide(ctx context.Context, c Caller, tenant string, in DecideInput) (RequestView, error) {
	if detail := checkText(in.Note, maxReason); detail != "" {
		return RequestView{}, invalid("/note", "%s", detail)
	}
	var view RequestView
	err := r.settle(ctx, func(ctx context.Context, _ *ConflictError) (Commit, error) {
		var commit Commit
		var err error
		view, commit, err = r.decideRequest(ctx, c, tenant, in)
		return commit, err
	})
	if err != nil {
		return RequestView{}, err
	}
	return view, nil
}

func (r *Resets) decideRequest(ctx context.Context, c Caller, tenant string, in DecideInput) (RequestView, Commit, error) {
	a, err := r.authorize(ctx, c, tenant, actDeskDecide, Want{Key: ResetRequestKey(tenant, in.ID)})
	if err != nil {
		return RequestView{}, Commit{}, err
	}
	if err := r.replay(ctx, c); err != nil {
		return RequestView{}, Commit{}, err
	}
	paper := Get[ResetRequest](a.found, ResetRequestKey(tenant, in.ID))
	if paper == nil {
		return RequestView{}, Commit{}, refuse(CodeNotFound, "There is no such request.")
	}
	user, err := r.requester(ctx, a, paper)
	if err != nil {
		return RequestView{}, Commit{}, err
	}
	if paper.state(user, a.now) != ResetPending {
		return RequestView{}, Commit{}, refuse(CodeAlreadyDecided, "The request is not pending any more.")
	}
	return r.decision(c, a, paper, user, in)
}

// requester loads the person who asked, and refuses an approver who is the
// same person.
func (r *Resets) requester(ctx context.Context, a *access, paper *ResetRequest) (*Auth, error) {
	found, err := r.load(ctx, distinct([]Want{
		{Key: AuthKey(paper.Ref)}, {Key: DirectoryKey(paper.Ref)}, {Key: DirectoryKey(a.actor.Ref)},
	})...)
	if err != nil {
		return nil, err
	}
	theirs, own := Get[Directory](found, DirectoryKey(paper.Ref)), Get[Directory](found, DirectoryKey(a.actor.Ref))
	if a.isActor(paper.Ref) || sameMailbox(theirs, own) {
		return nil, approverIsRequester()
	}
	return Get[Auth](found, AuthKey(paper.Ref)), nil
}

func approverIsRequester() error {
	return refuse(CodeApproverIsRequester, "Somebody else must decide this request.")
}

// sameMailbox compares addresses without case: few mail servers tell them
// apart, and the safe answer here is "the same".
func sameMailbox(a, b *Directory) bool {
	return a != nil && b != nil && a.Email != "" && strings.EqualFold(a.Email, b.Email)
}

func (r *Resets) decision(c Caller, a *access, paper *ResetRequest, user *Auth, in DecideInput) (RequestView, Commit, error) {
	kind, mail, state := EventResetDenied, MailResetDenied, ResetDenied
	if in.Approve {
		kind, mail, state = EventResetApproved, MailResetApproved, ResetApproved
	}
	event, err := r.event(c, kind, user.Ref)
	if err != nil {
		return RequestView{}, Commit{}, err
	}
	event.AskMail(mail)
	event.Detail["request"] = paper.ID
	event.note(DetailNote, in.Note)
	decided, next := paper.decided(state, in.Note, a), *user
	next.OpenReset = nil
	commit := Commit{Event: event, Put: []Record{decided, &next}}
	if in.Approve {
		next.unbind()
		next.ResetMark = true
		commit.Delete = []Record{&Enrollment{Ref: user.Ref}, &Devices{Ref: user.Ref}}
	}
	view := decided.view(state)
	kept, err := c.onceRecords(view, a.now)
	commit.Put = append(commit.Put, kept...)
	return view, commit, err
}
