/** What an instance starts. */
import { service } from './routes';
import { serve } from './serve';

serve(service);
