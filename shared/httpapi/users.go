package httpapi

import (
	"context"

	"sallyport/shared/twofactor"
)

// userRequest is the body of PUT …/users/{user}.
type userRequest struct {
	Email  *string          `json:"email" want:"required,nullable"`
	Name   *string          `json:"name" want:"nullable"`
	Role   string           `json:"role" want:"required"`
	SignIn twofactor.SignIn `json:"sign_in" want:"required"`
	Active *bool            `json:"active"`
	Locale *string          `json:"locale" want:"nullable"`
}

// input makes the use case's input; at is the pointer to the entry.
func (r userRequest) input(id, at string) (twofactor.UserInput, error) {
	address, err := readAddress(r.Email, at+"/email")
	return twofactor.UserInput{
		ID:     id,
		Email:  address,
		Name:   orEmpty(r.Name),
		Role:   r.Role,
		SignIn: r.SignIn,
		Active: r.Active,
		Locale: orEmpty(r.Locale),
	}, err
}

func putUser(ctx context.Context, d Deps, r request[userRequest]) (answer, error) {
	in, err := r.Body.input(r.User, "")
	if err != nil {
		return answer{}, err
	}
	view, made, err := d.Users.Put(ctx, r.Caller, r.Tenant, in)
	return put(showUser(view), made), err
}

func getUser(ctx context.Context, d Deps, r request[nothing]) (answer, error) {
	view, err := d.Users.Get(ctx, r.Caller, r.ref())
	return ok(showUser(view)), err
}

func deleteUser(ctx context.Context, d Deps, r request[nothing]) (answer, error) {
	return gone(), d.Users.Delete(ctx, r.Caller, r.ref())
}
