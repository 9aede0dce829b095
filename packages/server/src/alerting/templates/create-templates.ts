/** The templates of a configuration: the built-in ones, then the user's, which may replace them. */
import { NotificationTemplates, type TemplateFile } from '@sightline/gotemplate';
import { EMAIL_TEMPLATES } from './email-templates.ts';
import { TEXT_TEMPLATES } from './text-templates.ts';

/** @throws TemplateError a file is not a template; the message names it */
export function createTemplates(files: readonly TemplateFile[]): NotificationTemplates {
  const builtIn = [TEXT_TEMPLATES, EMAIL_TEMPLATES].map((text) => ({ name: '', text }));
  return new NotificationTemplates([...builtIn, ...files]);
}
