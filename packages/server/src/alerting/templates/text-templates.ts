/**
 * Built-in texts of messages, under the names that Alertmanager's templates have, so that users' templates may call and
 * replace them. Wording and layout are Sightline's.
 */
export const TEXT_TEMPLATES = `
{{ define "__alertmanager" }}Sightline{{ end }}
{{ define "__alertmanagerURL" }}{{ .ExternalURL }}/alerts?receiver={{ .Receiver | urlquery }}{{ end }}
{{ define "__description" }}{{ end }}

{{ define "__subject" -}}
[{{ with .Alerts.Firing }}FIRING:{{ len . }}{{ else }}RESOLVED{{ end }}] {{ join " " .GroupLabels.SortedPairs.Values }}
{{- with .CommonLabels.Remove .GroupLabels.Names }} ({{ join " " .Values }}){{ end }}
{{- end }}

{{ define "__text_alert_list" -}}
{{ range $at, $alert := . }}{{ if eq $at 200 }}and {{ len (slice $ 200) }} more
{{ break }}{{ end }}{{ with $alert }}{{ .Labels.alertname }}
{{- with .Annotations.summary }}: {{ . }}{{ end }}
{{ with .Annotations.description }}{{ . }}
{{ end }}Since {{ .StartsAt.UTC.Format "2006-01-02 15:04:05 MST" }}
Labels: {{ .Labels.Remove (stringSlice "alertname") }}
{{ range (.Annotations.Remove (stringSlice "summary" "description")).SortedPairs }}{{ .Name }}: {{ .Value }}
{{ end }}{{ with .GeneratorURL }}Query: {{ . }}
{{ end }}
{{ end }}{{ end }}
{{- end }}

{{ define "__text_alert_list_markdown" -}}
{{ range $at, $alert := . }}{{ if eq $at 200 }}and {{ len (slice $ 200) }} more
{{ break }}{{ end }}{{ with $alert }}**{{ .Labels.alertname }}**
{{- with .Annotations.summary }}: {{ . }}{{ end }}

{{ with .Annotations.description }}{{ . }}

{{ end }}{{ range (.Labels.Remove (stringSlice "alertname")).SortedPairs }}- {{ .Name }}: {{ .Value }}
{{ end }}{{ range (.Annotations.Remove (stringSlice "summary" "description")).SortedPairs }}- {{ .Name }}: {{ .Value }}
{{ end }}{{ with .GeneratorURL }}- [query]({{ . }})
{{ end }}
{{ end }}{{ end }}
{{- end }}

{{ define "__firing_and_resolved" -}}
{{ with .Alerts.Firing }}Firing:

{{ template "__text_alert_list" . }}{{ end }}
{{- with .Alerts.Resolved }}Resolved:

{{ template "__text_alert_list" . }}{{ end }}
{{- end }}

{{ define "__firing_and_resolved_markdown" -}}
{{ with .Alerts.Firing }}# Firing

{{ template "__text_alert_list_markdown" . }}{{ end }}
{{- with .Alerts.Resolved }}# Resolved

{{ template "__text_alert_list_markdown" . }}{{ end }}
{{- end }}

{{ define "slack.default.title" }}{{ template "__subject" . }}{{ end }}
{{ define "slack.default.username" }}{{ template "__alertmanager" . }}{{ end }}
{{ define "slack.default.fallback" }}{{ template "slack.default.title" . }} | {{ template "slack.default.titlelink" . }}{{ end }}
{{ define "slack.default.callbackid" }}{{ end }}
{{ define "slack.default.pretext" }}{{ end }}
{{ define "slack.default.titlelink" }}{{ template "__alertmanagerURL" . }}{{ end }}
{{ define "slack.default.iconemoji" }}{{ end }}
{{ define "slack.default.iconurl" }}{{ end }}
{{ define "slack.default.footer" }}{{ end }}
{{ define "slack.default.color" }}{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}{{ end }}
{{ define "slack.default.text" -}}
{{ $url := .ExternalURL }}{{ range $at, $alert := .Alerts }}{{ if lt $at 10 -}}
{{ if eq .Status "resolved" }}resolved: {{ end }}<{{ $url }}/alerts/{{ .Fingerprint }}|{{ .Labels.alertname }}>
{{- with .Annotations.summary }}: {{ . }}{{ else }} {{ .Labels.Remove (stringSlice "alertname") }}{{ end }}
{{ end }}{{ end }}{{ if gt (len .Alerts) 10 }}and more{{ end }}
{{- end }}

{{ define "pagerduty.default.description" }}{{ template "__subject" . }}{{ end }}
{{ define "pagerduty.default.client" }}{{ template "__alertmanager" . }}{{ end }}
{{ define "pagerduty.default.clientURL" }}{{ template "__alertmanagerURL" . }}{{ end }}
{{ define "pagerduty.default.instances" }}{{ template "__text_alert_list" . }}{{ end }}

{{ define "opsgenie.default.message" }}{{ template "__subject" . }}{{ end }}
{{ define "opsgenie.default.description" }}{{ template "__firing_and_resolved" . }}{{ end }}
{{ define "opsgenie.default.source" }}{{ template "__alertmanagerURL" . }}{{ end }}

{{ define "discord.default.title" }}{{ template "__subject" . }}{{ end }}
{{ define "discord.default.message" }}{{ template "__firing_and_resolved_markdown" . }}{{ end }}

{{ define "telegram.default.message" }}{{ template "__firing_and_resolved" . }}{{ end }}

{{ define "msteams.default.summary" }}{{ template "__subject" . }}{{ end }}
{{ define "msteams.default.title" }}{{ template "__subject" . }}{{ end }}
{{ define "msteams.default.text" }}{{ template "__firing_and_resolved_markdown" . }}{{ end }}
{{ define "msteamsv2.default.title" }}{{ template "__subject" . }}{{ end }}
{{ define "msteamsv2.default.text" }}{{ template "__firing_and_resolved_markdown" . }}{{ end }}

{{ define "email.default.subject" }}{{ template "__subject" . }}{{ end }}
`;
