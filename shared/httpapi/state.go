package httpapi

import "sallyport/shared/twofactor"

// stateBody is the state of a user (contract §5).
type stateBody struct {
	State           twofactor.State   `json:"state"`
	Required        bool              `json:"required"`
	Requirement     requirementBody   `json:"requirement"`
	OverrideLocked  bool              `json:"override_locked"`
	Locked          *twofactor.Locked `json:"locked"`
	ThrottledUntil  *string           `json:"throttled_until"`
	ResetRequested  bool              `json:"reset_requested"`
	ResetRequest    *resetRequestBody `json:"reset_request"`
	EnrollBy        *string           `json:"enroll_by"`
	Factors         []factorBody      `json:"factors"`
	BackupCodesLeft int               `json:"backup_codes_left"`
}

type requirementBody struct {
	Value     twofactor.RequirementValue `json:"value"`
	ExpiresAt *string                    `json:"expires_at"`
}

type resetRequestBody struct {
	ID        string  `json:"id"`
	State     string  `json:"state"`
	CreatedAt *string `json:"created_at"`
}

type factorBody struct {
	ID             string  `json:"id"`
	Kind           string  `json:"kind"`
	EnrolledAt     *string `json:"enrolled_at"`
	LastVerifiedAt *string `json:"last_verified_at"`
}

func showState(u twofactor.UserView) stateBody {
	b := stateBody{
		State:           u.State,
		Required:        u.Required,
		Requirement:     requirementBody{Value: u.Requirement.Value, ExpiresAt: stamp(u.Requirement.ExpiresAt)},
		OverrideLocked:  u.OverrideLocked,
		Locked:          orNull(u.Locked),
		ThrottledUntil:  roundUp(u.ThrottledUntil),
		ResetRequested:  u.ResetRequested,
		EnrollBy:        stamp(u.EnrollBy),
		BackupCodesLeft: u.BackupCodesLeft,
	}
	if b.Requirement.Value == "" {
		b.Requirement.Value = twofactor.RequirementInherit
	}
	if q := u.ResetRequest; q != nil {
		b.ResetRequest = &resetRequestBody{ID: q.ID, State: q.State, CreatedAt: stamp(q.CreatedAt)}
	}
	for _, f := range u.Factors {
		b.Factors = append(b.Factors, factorBody{ID: f.ID, Kind: f.Kind, EnrolledAt: stamp(f.EnrolledAt), LastVerifiedAt: stamp(f.LastVerifiedAt)})
	}
	return b
}

// userBody is a user as the platform sees him: the directory entry and the
// state.
type userBody struct {
	ID        string           `json:"id"`
	Email     *string          `json:"email"`
	Name      *string          `json:"name"`
	Role      string           `json:"role"`
	SignIn    twofactor.SignIn `json:"sign_in"`
	Active    bool             `json:"active"`
	Locale    *string          `json:"locale"`
	CreatedAt *string          `json:"created_at"`
	State     stateBody        `json:",embed"`
}

func showUser(u twofactor.UserView) userBody {
	return userBody{
		ID:        u.ID,
		Email:     orNull(u.Email),
		Name:      orNull(u.Name),
		Role:      u.Role,
		SignIn:    u.SignIn,
		Active:    u.Active,
		Locale:    orNull(u.Locale),
		CreatedAt: stamp(u.CreatedAt),
		State:     showState(u),
	}
}

// changedUser is the answer to a call that changed a user.
func changedUser(u twofactor.UserView) answer { return ok(showUser(u)) }
