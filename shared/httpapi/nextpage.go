package httpapi

import "net/url"

// pageHeaders are those of a report in several forms: Link leads to the next
// page (RFC 8288), in every form; path is what follows the tenant's.
func (r request[B]) pageHeaders(d Deps, path, next string) map[string]string {
	h := map[string]string{"Vary": "Accept"}
	if next == "" {
		return h
	}
	values := url.Values{}
	for name, value := range r.Query {
		values.Set(name, value)
	}
	values.Set("cursor", next)
	h["Link"] = "<" + d.Issuer + "/v1/tenants/" + url.PathEscape(r.Tenant) + path + "?" + values.Encode() + `>; rel="next"`
	return h
}
