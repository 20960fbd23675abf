package twofactor

import (
	"context"
)

// Resets is what an administrator does to another one's factor.
type Resets struct{ Deps }

// NewResets makes Resets.
func NewResets(d Deps) *Resets { return &Resets{Deps: d} }

// What follows a reset.
const (
	// ThenEnroll asks for a new enrolment at the next login.
	ThenEnroll = "enroll"
	// ThenNone leaves it to the policy what the next login needs.
	ThenNone = "none"
)

// ResetInput is a reset.
type ResetInput struct {
	Reason string
	// Then is ThenEnroll when empty.
	Then string
}

func (in ResetInput) check() error {
	var wrong []FieldError
	if blank(in.Reason) {
		wrong = append(wrong, FieldError{"/reason", "A reset needs a reason."})
	} else if detail := checkText(in.Reason, maxReason); detail != "" {
		wrong = append(wrong, FieldError{"/reason", detail})
	}
	switch in.Then {
	case "", ThenEnroll, ThenNone:
	default:
		wrong = append(wrong, FieldError{"/then", `It is "enroll" or "none".`})
	}
	return invalidFields(wrong)
}

// Reset removes a user's factor, backup codes, remembered devices, pending
// enrolment and link, also where there is no factor (contract §3). An open
// reset request is approved by it. Nobody resets himself.
func (r *Resets) Reset(ctx context.Context, c Caller, ref Ref, in ResetInput) (UserView, error) {
	if err := in.check(); err != nil {
		return UserView{}, err
	}
	return r.change(ctx, c, ref, actReset, func(t *target) error { return r.reset(ctx, c, t, in) })
}

// reset decides one reset.
func (r *Resets) reset(ctx context.Context, c Caller, t *target, in ResetInput) error {
	if in.Then == "" {
		in.Then = ThenEnroll
	}
	before := t.user
	next := *before
	request := before.openReset(t.access.now)
	next.unbind()
	next.ResetMark = in.Then == ThenEnroll
	if in.Then == ThenNone {
		next.ActivationRequested = false
		if v := decide(t.access.situation(&next)); v.Required {
			return refuse(CodeRequiredByPolicy, "The policy requires a factor of this user.")
		}
	}
	e, err := r.event(c, EventFactorReset, before.Ref)
	if err != nil {
		return err
	}
	e.Detail["then"] = in.Then
	e.Detail[DetailReason] = in.Reason
	if before.Factor != nil {
		e.AskMail(MailFactorRemoved)
	}
	if request != nil {
		e.Detail["request"] = request.ID
		e.AskMail(MailResetApproved)
	}
	t.user = &next
	t.commit = Commit{
		Event: e, Put: []Record{t.dir, t.user},
		Delete: []Record{&Enrollment{Ref: before.Ref}, &Devices{Ref: before.Ref}},
	}
	return r.approveWith(ctx, t, request)
}

// approveWith adds the paper of the open request, nil for none, to a reset that
// approves it. Two accounts with one mailbox are one person here too.
func (r *Resets) approveWith(ctx context.Context, t *target, open *OpenReset) error {
	if open == nil {
		return nil
	}
	key, own := ResetRequestKey(t.user.Tenant, open.ID), DirectoryKey(t.access.actor.Ref)
	found, err := r.load(ctx, Want{Key: key}, Want{Key: own})
	if err != nil {
		return err
	}
	if sameMailbox(t.dir, Get[Directory](found, own)) {
		return approverIsRequester()
	}
	if paper := Get[ResetRequest](found, key); paper != nil {
		t.commit.Put = append(t.commit.Put, paper.decided(ResetApproved, "", t.access))
	}
	return nil
}

// Unlock ends a pause or a disabled factor, and clears the long counters at
// most once a day. It writes nothing where nothing is locked or counted, and
// answers CodeNoFactor where there is nothing to lock. Nobody unlocks himself.
func (r *Resets) Unlock(ctx context.Context, c Caller, ref Ref) (UserView, error) {
	return r.change(ctx, c, ref, actUnlock, func(t *target) error { return r.unlock(c, t) })
}

func (r *Resets) unlock(c Caller, t *target) error {
	before := t.user
	if before.Factor == nil {
		return refuse(CodeNoFactor, "The user has no factor.")
	}
	next, factor := *before, *before.Factor
	factor.Disabled = false
	next.Factor = &factor
	next.Attempts = before.Attempts.afterUnlock(t.access.now)
	cleared := len(next.Attempts.Wrong) == 0 && before.Attempts.counts(t.access.now)
	counted := before.Attempts.InARow > 0 || cleared
	if !counted && !before.Factor.Disabled {
		return nil
	}
	e, err := r.event(c, EventFactorUnlocked, before.Ref)
	if err != nil {
		return err
	}
	e.AskMail(MailUnlocked)
	t.user = &next
	t.commit = Commit{Event: e, Put: []Record{t.dir, t.user}}
	return nil
}

// target is the user that an administrator acts on. The decision replaces user
// by what he becomes and fills commit; an empty commit changes nothing. The
// directory record comes first in it, unchanged: it carries the event with its
// actor and reason, so that the auth record stays small.
type target struct {
	access *access
	user   *Auth
	dir    *Directory
	commit Commit
}

// change is the shape of both: authorise, refuse oneself, decide, commit.
func (r *Resets) change(ctx context.Context, c Caller, ref Ref, act action, decide func(*target) error) (UserView, error) {
	if err := checkUserID(ref.User); err != nil {
		return UserView{}, err
	}
	var view UserView
	err := r.settle(ctx, func(ctx context.Context, _ *ConflictError) (Commit, error) {
		t, err := r.aim(ctx, c, ref, act)
		if err != nil {
			return Commit{}, err
		}
		if err := decide(t); err != nil {
			return Commit{}, err
		}
		view = viewUser(t.access.situation(t.user), t.dir)
		kept, err := c.onceRecords(view, t.access.now)
		if err != nil {
			return Commit{}, err
		}
		t.commit.Put = append(t.commit.Put, kept...)
		return t.commit, nil
	})
	return view, err
}

func (r *Resets) aim(ctx context.Context, c Caller, ref Ref, act action) (*target, error) {
	a, err := r.authorize(ctx, c, ref.Tenant, act, Want{Key: AuthKey(ref)}, Want{Key: DirectoryKey(ref)})
	if err != nil {
		return nil, err
	}
	t := &target{access: a, user: Get[Auth](a.found, AuthKey(ref)), dir: Get[Directory](a.found, DirectoryKey(ref))}
	if t.user == nil || t.dir == nil {
		return nil, userNotFound()
	}
	requested := act == actReset && !a.isActor(ref) && t.user.openReset(a.now) != nil
	if a.isSelf(t.dir) && !requested {
		return nil, refuse(CodeSelfForbidden, "Nobody does this for himself; another administrator can.")
	}
	return t, r.replay(ctx, c)
}
