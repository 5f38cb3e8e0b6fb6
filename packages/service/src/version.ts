import project from '../package.json' with { type: 'json' }

/** Of the whole project, which a test sees to: all processes of an instance should be of the same one. */
export const version: string = project.version
