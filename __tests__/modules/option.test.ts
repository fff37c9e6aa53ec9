// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { Eip } from '@cdktf/provider-aws/lib/eip';
import { NatGateway } from '@cdktf/provider-aws/lib/nat-gateway';
import type { TerraformStack } from 'cdktf';
import { Option, presentIf } from '../../modules/private/option';
import { at, synthesize } from './synthesize';

interface Nat {
  readonly subnetId: string;
}

/** A feature of two resources, one of which refers to the other. */
function addNat(stack: TerraformStack, settings: Nat | undefined): void {
  const nat = Option.of(settings);
  if (nat === undefined) return;
  const address = nat.gated(new Eip(stack, 'address', { domain: 'vpc' }));
  address.overrideLogicalId('nat');
  const gateway = new NatGateway(stack, 'gateway', {
    allocationId: nat.attribute(address, 'id'),
    subnetId: nat.settings.subnetId,
    connectivityType: nat.choose('public', 'private'),
  });
  nat.gated(gateway).overrideLogicalId('nat');
}

describe('a feature that may be left out', () => {
  test('has no resource where its settings are absent at synth', () => {
    expect(synthesize((stack) => addNat(stack, undefined)).resource).toBeUndefined();
  });

  test('has plain resources and references where its settings are known at synth', () => {
    const stack = synthesize((each) => addNat(each, { subnetId: 'subnet-1' }));
    expect(at(stack, 'aws_eip.nat')).not.toHaveProperty('count');
    expect(at(stack, 'aws_nat_gateway.nat')).toMatchObject({
      allocation_id: '${aws_eip.nat.id}',
      subnet_id: 'subnet-1',
      connectivity_type: 'public',
    });
  });

  test('is counted, and referred to through one(), where Terraform decides at plan', () => {
    const settings = presentIf('var.nat != null', { subnetId: '${var.nat.subnet_id}' });
    const stack = synthesize((each) => addNat(each, settings));
    expect(at(stack, 'aws_eip.nat')).toMatchObject({ count: '${var.nat != null ? 1 : 0}' });
    expect(at(stack, 'aws_nat_gateway.nat')).toMatchObject({
      count: '${var.nat != null ? 1 : 0}',
      allocation_id: '${one(aws_eip.nat[*].id)}',
      subnet_id: '${var.nat.subnet_id}',
      connectivity_type: '${var.nat != null ? "public" : "private"}',
    });
  });

  test('stays switched when settings are copied, as every part does with its props', () => {
    const copy = { ...presentIf('var.nat != null', { subnetId: 'subnet-1' }) };
    expect(Option.of(copy)?.condition).toBe('var.nat != null');
  });
});

describe('a feature within another that may be left out', () => {
  const outer = Option.of(presentIf('var.https != null', {}));

  test('is there where both are, and asks for the inner one only then', () => {
    expect(outer?.within(presentIf('var.https.logs', {}))?.condition).toBe(
      '(var.https != null ? var.https.logs : false)',
    );
  });

  test('follows the one that Terraform decides about, if the other is there for sure', () => {
    expect(outer?.within({})?.condition).toBe('var.https != null');
    expect(Option.of({})?.within(presentIf('var.logs', {}))?.condition).toBe('var.logs');
    expect(Option.of({})?.within({})?.condition).toBeUndefined();
  });

  test('is absent for sure where it has no settings', () => {
    expect(outer?.within(undefined)).toBeUndefined();
  });
});

test('of a feature with a resource for each entry of a list there are none where it is absent', () => {
  const stack = synthesize((each) => {
    const nat = Option.of(presentIf('var.nat != null', {}));
    const address = new Eip(each, 'address', { domain: 'vpc' });
    nat?.gatedEach(address, ['a', 'b']).overrideLogicalId('nat');
  });
  expect(at(stack, 'aws_eip.nat').for_each).toBe('${var.nat != null ? toset(["a", "b"]) : toset([])}');
});
