package httpapi

import (
	"context"
	"net/http"

	"sallyport/shared/twofactor"
)

// notTried is the status of an item that there was no time for.
const notTried = "not_tried"

// maxBatch is how many items one batch may hold (contract §3).
const maxBatch = 500

// usersRequest is the body of POST …/users/batch.
type usersRequest struct {
	Users []usersItem `json:"users" want:"required"`
}

// usersItem is a directory entry with its id. It must have the same members
// as userRequest; one that misses any is refused by itself, not the batch.
type usersItem struct {
	ID     string            `json:"id" want:"required"`
	Email  maybe[string]     `json:"email" want:"nullable"`
	Name   *string           `json:"name" want:"nullable"`
	Role   *string           `json:"role"`
	SignIn *twofactor.SignIn `json:"sign_in"`
	Active *bool             `json:"active"`
	Locale *string           `json:"locale" want:"nullable"`
}

func (i usersItem) input() (twofactor.UserInput, error) {
	var missing []twofactor.FieldError
	need := func(given bool, name string) {
		if !given {
			missing = append(missing, twofactor.FieldError{Pointer: "/" + name, Detail: "This member is missing."})
		}
	}
	need(i.Email.Given, "email")
	need(i.Role != nil, "role")
	need(i.SignIn != nil, "sign_in")
	if len(missing) > 0 {
		return twofactor.UserInput{}, invalidFields(missing...)
	}
	entry := userRequest{Email: i.Email.Value, Name: i.Name, Role: *i.Role, SignIn: *i.SignIn, Active: i.Active, Locale: i.Locale}
	return entry.input(i.ID, "")
}

// itemsBody answers a batch, item by item, in the order of the request.
type itemsBody struct {
	Items []itemBody `json:"items"`
}

// itemBody is what became of one item: a status of HTTP, or "not_tried".
type itemBody struct {
	ID      string   `json:"id"`
	Status  any      `json:"status"`
	Problem *problem `json:"problem,omitzero"`
}

func showItem(d Deps, requestID string, r twofactor.ItemResult) itemBody {
	switch {
	case r.Err != nil:
		p := problemOf(refusalOf(r.Err, d.Now()), d.Issuer, requestID)
		return itemBody{ID: r.ID, Status: p.Status, Problem: &p}
	case r.Outcome == notTried:
		return itemBody{ID: r.ID, Status: notTried}
	case r.Outcome == "created":
		return itemBody{ID: r.ID, Status: http.StatusCreated}
	}
	return itemBody{ID: r.ID, Status: http.StatusOK}
}

// putUsers passes on the items that are well formed and puts the answers of
// both kinds back into the order of the request.
func putUsers(ctx context.Context, d Deps, r request[usersRequest]) (answer, error) {
	if n := len(r.Body.Users); n < 1 || n > maxBatch {
		return answer{}, invalid("/users", "A batch holds 1 to 500 users.")
	}
	refused := make([]error, len(r.Body.Users))
	var inputs []twofactor.UserInput
	for i, item := range r.Body.Users {
		in, err := item.input()
		if refused[i] = err; err == nil {
			inputs = append(inputs, in)
		}
	}
	show := func(results []twofactor.ItemResult) answer {
		var b itemsBody
		for i, item := range r.Body.Users {
			result := twofactor.ItemResult{ID: item.ID, Outcome: notTried, Err: refused[i]}
			if refused[i] == nil && len(results) > 0 {
				result, results = results[0], results[1:]
			}
			b.Items = append(b.Items, showItem(d, r.RequestID, result))
		}
		return ok(b)
	}
	results, err := d.Users.PutMany(ctx, keep(r.Caller, show), r.Tenant, inputs)
	return show(results), err
}
