/** The service's own routes, and some that bring trouble on their worker. */
import { setTimeout as sleep } from 'node:timers/promises';
import { service as shipped } from '../../../runtime/app/routes';
import type { Service } from '../../../runtime/app/service';

export const service: Service = {
  addRoutes(router, configuration) {
    shipped.addRoutes(router, configuration);

    router.get('/worker', (context) => {
      context.body = configuration.worker ?? '';
    });

    /** Takes a while, and is written down first: so it is known whether one was carried out twice. */
    router.post('/orders/:id', async (context) => {
      context.log.info({ order: Number(context.params.id) }, 'order');
      await sleep(50);
      context.status = 201;
      context.body = 'taken\n';
    });

    /** Keeps the event loop busy for so many milliseconds. */
    router.get('/busy/:milliseconds', (context) => {
      const end = performance.now() + Number(context.params.milliseconds);
      while (performance.now() < end);
      context.body = 'done\n';
    });

    router.get('/leak', () => {
      const kept: number[][] = [];
      for (;;) kept.push(new Array(10_000).fill(Math.random()));
    });
  },
};
