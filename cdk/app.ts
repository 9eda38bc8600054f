import { postmasterApp } from './postmaster-app.ts'

postmasterApp().app.synth()
