package twofactor

import (
	"context"
	"time"
)

// RequirementInput is what is decided for one user.
type RequirementInput struct {
	Value  RequirementValue
	Reason string
	// ExpiresAt is when it falls back to inherit; zero means never.
	ExpiresAt time.Time
}

// SetRequirement requires, exempts or goes back to what the policy says for
// one user (contract §3 and §6, step 7). Saying the same again writes nothing.
func (p *Policies) SetRequirement(ctx context.Context, c Caller, ref Ref, in RequirementInput) (UserView, error) {
	if err := checkUserID(ref.User); err != nil {
		return UserView{}, err
	}
	if err := in.check(p.Now()); err != nil {
		return UserView{}, err
	}
	var a *access
	var user *Auth
	var dir *Directory
	err := p.settle(ctx, func(ctx context.Context, _ *ConflictError) (Commit, error) {
		var err error
		a, err = p.authorize(ctx, c, ref.Tenant, in.action(), Want{Key: AuthKey(ref)}, Want{Key: DirectoryKey(ref)})
		if err != nil {
			return Commit{}, err
		}
		dir = Get[Directory](a.found, DirectoryKey(ref))
		var commit Commit
		user, commit, err = p.require(c, a, Get[Auth](a.found, AuthKey(ref)), dir, in)
		return commit, err
	})
	if err != nil {
		return UserView{}, err
	}
	return viewUser(a.situation(user), dir), nil
}

// require decides about one user: the user as he becomes, and the commit that
// makes him so, empty where he is so already.
func (p *Policies) require(c Caller, a *access, user *Auth, dir *Directory, in RequirementInput) (*Auth, Commit, error) {
	if user == nil || dir == nil {
		return nil, Commit{}, userNotFound()
	}
	if err := in.mayChange(a, user, dir); err != nil {
		return nil, Commit{}, err
	}
	next := user.required(in, a.now)
	if next == nil {
		return user, Commit{}, nil
	}
	commit, err := p.requirementCommit(c, next, dir, in)
	return next, commit, err
}

// action is the row of the permission table: to require is one permission, to
// lift another.
func (in RequirementInput) action() action {
	if in.Value == RequirementRequired {
		return actRequire
	}
	return actLift
}

func (in RequirementInput) check(now time.Time) error {
	var wrong []FieldError
	switch in.Value {
	case RequirementRequired, RequirementExempt, RequirementInherit:
	default:
		wrong = append(wrong, FieldError{"/requirement", `It is "required", "exempt" or "inherit".`})
	}
	if detail := checkText(in.Reason, maxReason); detail != "" {
		wrong = append(wrong, FieldError{"/reason", detail})
	}
	if !in.ExpiresAt.IsZero() && !in.ExpiresAt.After(now) {
		wrong = append(wrong, FieldError{"/expires_at", "It lies in the past."})
	}
	if !in.ExpiresAt.IsZero() && in.Value == RequirementInherit {
		wrong = append(wrong, FieldError{"/expires_at", "What is inherited has no end."})
	}
	return invalidFields(wrong)
}

// mayChange refuses what the tenant's or the parent's policy does not leave to
// single users, and lifting it for oneself.
func (in RequirementInput) mayChange(a *access, user *Auth, dir *Directory) error {
	if in.Value != RequirementRequired && a.isSelf(dir) {
		return refuse(CodeSelfForbidden, "Nobody lifts the requirement for himself.")
	}
	v := decide(a.situation(user))
	if v.State == StateNotAvailable {
		return notAvailable()
	}
	if v.OverrideLocked {
		return refuse(CodeOverriddenByTenantPolicy, "The policy requires it of this user and leaves no choice.")
	}
	return nil
}

// required is a copy of the user with the requirement, nil when it is what he
// has already.
func (a *Auth) required(in RequirementInput, now time.Time) *Auth {
	end := in.ExpiresAt.Truncate(time.Second)
	if a.Requirement.At(now) == in.Value && a.requirementAt(now).ExpiresAt.Equal(end) {
		return nil
	}
	next := *a
	switch {
	case in.Value == RequirementInherit:
		next.Requirement = Requirement{Value: RequirementInherit}
	case in.Value == a.Requirement.At(now):
		// Another end does not begin the grace anew.
		next.Requirement.ExpiresAt = end
	default:
		next.Requirement = Requirement{Value: in.Value, SetAt: now, ExpiresAt: end}
	}
	return &next
}

// requirementCommit puts the directory record first, unchanged: it carries the
// event with its actor and reason, so that the auth record stays small.
func (p *Policies) requirementCommit(c Caller, user *Auth, dir *Directory, in RequirementInput) (Commit, error) {
	e, err := p.event(c, EventRequirementSet, user.Ref)
	if err != nil {
		return Commit{}, err
	}
	e.Detail["requirement"] = string(in.Value)
	if in.Reason != "" {
		e.Detail[DetailReason] = in.Reason
	}
	if !in.ExpiresAt.IsZero() {
		e.Detail["expires_at"] = user.Requirement.ExpiresAt.UTC().Format(time.RFC3339)
	}
	return Commit{Event: e, Put: []Record{dir, user}}, nil
}
