package cost

import (
	"fmt"
	"time"

	"sallyport/local/api"
)

// call sends a request whose status is known.
func (r *run) call(c api.Client, want int, method, path string, body any, headers ...api.Header) api.Answer {
	if r.err != nil {
		return api.Answer{}
	}
	a, err := c.Do(r.ctx, method, path, body, headers...)
	r.fail(err)
	if err == nil && a.Status != want {
		r.err = fmt.Errorf("%s %s was answered with %d %s, want %d", method, path, a.Status, a.Text("code"), want)
	}
	return a
}

// fail keeps the first error.
func (r *run) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// now is the stack's time.
func (r *run) now() time.Time {
	if r.err != nil {
		return time.Time{}
	}
	now, err := r.platform.Now(r.ctx)
	r.fail(err)
	return now
}

// user makes a user.
func (r *run) user(id, role string) {
	r.call(r.platform, 201, "PUT", r.path+"/users/"+id, map[string]string{"email": id + "@cost.example", "role": role, "sign_in": "password"})
}

// login starts a login with a password.
func (r *run) login(id string) api.Answer {
	return r.call(r.platform, 200, "POST", r.path+"/logins", map[string]any{
		"user": map[string]string{"id": id}, "first_factor": map[string]string{"method": "password"},
	})
}

// enrol sets up a factor and returns the app's key.
func (r *run) enrol(id string) (key string) {
	page := r.call(r.platform, 201, "POST", r.path+"/users/"+id+"/self-service", map[string]string{})
	if r.err == nil {
		key, _, r.err = r.platform.With(page.Text("token")).Enroll(r.ctx)
	}
	return key
}

// wrong is a code that the person "active" does not have now, nor one step
// before or after.
func (r *run) wrong() string {
	valid := map[string]bool{}
	for _, step := range []time.Duration{-30 * time.Second, 0, 30 * time.Second} {
		code, err := api.Code(r.key, r.now().Add(step))
		r.fail(err)
		valid[code] = true
	}
	for _, guess := range []string{"000000", "111111", "222222", "333333"} {
		if !valid[guess] {
			return guess
		}
	}
	return ""
}
